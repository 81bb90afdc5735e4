// Why a board stopped answering in the middle of a run.
#ifndef AGENT_BOARD_POST_MORTEM_H_
#define AGENT_BOARD_POST_MORTEM_H_

#include <optional>

#include "agent/board/session.h"

namespace edgerack::agent {

// True for failures behind which a fault or a reset of the board may stand.
bool NeedsPostMortem(const absl::Status& failure);

// Asks the board, resetting it with the debug probe if it stays silent, for the fault record it
// kept, and returns the failure in the words of the farm:
//   FIRMWARE_FAULT (BOARD)  with kind, pc and layer of the record
//   BOARD_RESET (BOARD)     it started again in mid-run and kept no record
//   BOARD_HUNG (BOARD)      it was silent and kept no record
//   STAGE_TIMEOUT (JOB)     it answers: the work was longer than the stage's time-out
//   CONSOLE_LOST (INFRASTRUCTURE), CANCELLED, or `failure` itself when neither applies
// `boots_before` is the boot count at the run's handshake. Takes up to 25 s.
Task<absl::Status> PostMortem(BoardSession& session, absl::Status failure,
                              std::optional<uint32_t> boots_before);

// The record as a sentence.
absl::Status FaultError(const er_fault_reply_t& fault, const std::string& context);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_POST_MORTEM_H_
