// Makes a result of what somebody's own image measured of itself.
#ifndef SERVER_ANALYSIS_MAKE_FOREIGN_RESULT_H_
#define SERVER_ANALYSIS_MAKE_FOREIGN_RESULT_H_

#include "server/analysis/make_result.h"

namespace edgerack::analysis {

// Of an image that has its model in it: latency, and what the image said of itself; no layers, no
// agreement. Without id and creation time. INTERNAL (BAD_MEASUREMENT), class BUG, where nothing was
// measured.
absl::StatusOr<core::Result> MakeForeignResult(const RunFacts& facts,
                                               const core::Measurement& measurement);

// Of any run: firmware, protocol, what the image said, and the windows of MLPerf Tiny's protocol.
// WINDOW_TOO_SHORT degrades a result by that protocol whose windows are shorter than its rules
// want, or fewer.
void AddForeign(const RunFacts& facts, const core::Measurement& measurement, core::Result& result);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_MAKE_FOREIGN_RESULT_H_
