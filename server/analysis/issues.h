// What a reader of a result must know, and what that does to its verdict.
#ifndef SERVER_ANALYSIS_ISSUES_H_
#define SERVER_ANALYSIS_ISSUES_H_

#include <optional>
#include <string>
#include <vector>

#include "server/analysis/outputs.h"
#include "server/core/compile_report.h"
#include "server/core/measurement.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// Timed runs of one program on one quiet core differ by less.
inline constexpr double kUnstableSpread = 0.02;
// The layers' cycles may miss so much of the whole profiled run, plus kUnprofiledCyclesPerLayer.
inline constexpr double kProfileGap = 0.02;
inline constexpr int64_t kUnprofiledCyclesPerLayer = 100;
// Serial line and operating system blur the host's view of the board's clock.
inline constexpr double kClockTolerance = 0.02;
// Floating-point sums depend on their order; relative to the largest output.
inline constexpr double kFloatTolerance = 1e-3;

struct Findings {
  core::Verdict verdict = core::Verdict::kValid;
  std::vector<core::Issue> issues;
};

// UNSTABLE_TIMING, CLOCK_FALLBACK, CLOCK_MISMATCH, CLOCK_NOT_CHECKED, DEBUG_BUILD,
// PROFILE_INCOMPLETE degrade (CLOCK_NOT_CHECKED of a virtual board only informs);
// BOARD_HOST_MISMATCH makes the result invalid. `must_be_exact`: integer arithmetic all through.
Findings Judge(const core::Measurement& measurement, const core::CompileReport& report,
               const std::optional<core::Cycles>& cycles, const Comparison& comparison,
               bool is_virtual, bool must_be_exact);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_ISSUES_H_
