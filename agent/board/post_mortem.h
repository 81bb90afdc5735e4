// Why a board stopped answering in the middle of a run.
#ifndef AGENT_BOARD_POST_MORTEM_H_
#define AGENT_BOARD_POST_MORTEM_H_

#include <optional>
#include <string>

#include "agent/board/session.h"

namespace edgerack::agent {

// What the failed run knew.
struct RunContext {
  std::optional<uint32_t> boot_count;  // at its handshake
  std::string package;                 // the compiled model, for the names of its layers
};

// True for failures behind which a fault or a reset of the board may stand.
bool NeedsPostMortem(const absl::Status& failure);

// Asks the board, resetting it with the debug probe if it stays silent, for the fault record it
// kept, and returns the failure in the words of the farm:
//   FIRMWARE_FAULT (BOARD)  with kind, registers and layer of the record
//   BOARD_HUNG (BOARD)      the watchdog ended a layer, or it was silent and had to be reset
//   BOARD_RESET (BOARD)     it started again in mid-run without a fault of its own
//   LINK_NOISY (INFRASTRUCTURE) it lives and never stopped: requests or replies were lost
//   STAGE_TIMEOUT (JOB)     it answers: the work was longer than the stage's time-out
//   CONSOLE_LOST (INFRASTRUCTURE), CANCELLED, or `failure` itself when neither applies
// Takes up to 25 s.
Task<absl::Status> PostMortem(BoardSession& session, absl::Status failure, RunContext context);

// The record of a fault as a sentence, its registers with it.
std::string DescribeFault(const er_fault_reply_t& fault, const std::string& package);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_POST_MORTEM_H_
