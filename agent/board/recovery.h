// Brings a board back to a known-good state.
#ifndef AGENT_BOARD_RECOVERY_H_
#define AGENT_BOARD_RECOVERY_H_

#include "agent/board/session.h"

namespace edgerack::agent {

enum class RecoveryCause {
  kStart,    // the agent's start: any build of the resident firmware will do until the first run
  kFailure,  // after a failure: only the right build is known to be good
  kForeign,  // after somebody else's image: it is there still, so the firmware is written at once
};

// One attempt: opens the console anew, HELLO; if silent, resets the board with the debug probe;
// if still silent, writes the firmware. At the start a silent board is flashed at once. Returns
// the identity of the board that is good again, or why it is not. Takes up to 90 s.
Task<absl::StatusOr<Identity>> Recover(BoardSession& session, RecoveryCause cause);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_RECOVERY_H_
