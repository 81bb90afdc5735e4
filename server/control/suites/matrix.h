// The cases of a suite's run: models × boards × variants.
#ifndef SERVER_CONTROL_SUITES_MATRIX_H_
#define SERVER_CONTROL_SUITES_MATRIX_H_

#include <vector>

#include "server/core/board.h"
#include "server/core/suite.h"

namespace edgerack::control {

// How long a case waits for its board, unless the suite says otherwise (job option
// timeout.queue_ms): a board that is away must not hold up the next night.
inline constexpr int64_t kCaseQueueMs = 4 * 3'600'000;

// A case for each board that a selector matches and that was seen within kAllBoardsForgetMs; where
// all that match are gone, for these. FAILED_PRECONDITION (NO_MATCHING_BOARD) when a selector
// matches no board that the farm knows.
absl::StatusOr<std::vector<core::SuiteCase>> CasesOf(const core::SuiteSpec& spec,
                                                     const std::vector<core::Board>& boards,
                                                     int64_t now_wall_ms);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUITES_MATRIX_H_
