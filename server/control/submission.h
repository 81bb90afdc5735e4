// Accepts a request or says why not, before anything is stored.
#ifndef SERVER_CONTROL_SUBMISSION_H_
#define SERVER_CONTROL_SUBMISSION_H_

#include <string>
#include <vector>

#include "server/control/farm_context.h"

namespace edgerack::control {

// A board whose agent has been away for longer is not part of `all_boards`.
inline constexpr int64_t kAllBoardsForgetMs = 10 * 60'000;
inline bool IsGone(const core::Board& board, int64_t now_wall_ms) {
  return board.state == core::BoardState::kOffline &&
         now_wall_ms - board.last_seen_time_ms > kAllBoardsForgetMs;
}

// What can be checked without the farm: selector, options, quantization, request id, and that
// model, firmware and datasets exist. Returns the name of what runs, for people. INVALID_ARGUMENT
// or NOT_FOUND. Thread-safe.
absl::StatusOr<std::string> CheckSpec(const core::JobSpec& spec, const std::string& request_id,
                                      const Services& services);

// The job's runs. FAILED_PRECONDITION, NO_MATCHING_BOARD, when no board the farm ever knew matches.
// One run for each matching board with `all_boards`, else one that any matching board of the chosen
// chip may do; the chip of an idle board is preferred.
absl::StatusOr<std::vector<core::Run>> MakeRuns(const core::JobSpec& spec,
                                                const std::vector<core::Board>& boards,
                                                int64_t now_wall_ms, IdSource& ids);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUBMISSION_H_
