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
// Of fewer samples the same output may well be right.
inline constexpr int64_t kFewestForConstant = 4;

struct Findings {
  core::Verdict verdict = core::Verdict::kValid;
  std::vector<core::Issue> issues;
};

// What the run is judged by besides its numbers.
struct Expectations {
  bool is_virtual = false;
  bool is_timed = true;        // its cycles and times are part of the result
  bool must_be_exact = false;  // integer arithmetic all through
  bool has_caches = false;     // the core has an instruction and a data cache
  bool has_fpu = false;
  int64_t max_clock_hz = 0;   // of the chip; 0 = not known
  bool inputs_differ = true;  // the samples are not all the same
};

// UNSTABLE_TIMING, CLOCK_FALLBACK, CLOCK_MISMATCH, CLOCK_NOT_CHECKED, CLOCK_OUT_OF_SPEC,
// DEBUG_BUILD, CACHES_OFF, FPU_OFF, PROFILE_INCOMPLETE degrade (CLOCK_NOT_CHECKED of a virtual
// board only informs); BOARD_HOST_MISMATCH makes the result invalid, as do CONSTANT_OUTPUTS that
// the host does not give; where it gives them too they only inform.
Findings Judge(const core::Measurement& measurement, const core::CompileReport& report,
               const std::optional<core::Cycles>& cycles, const Comparison& comparison,
               const Expectations& expected);

// Of somebody's own image, of which nothing but its times is known: UNSTABLE_TIMING, and of the
// clock CLOCK_MISMATCH and CLOCK_NOT_CHECKED. `spread` as of timing.h.
Findings JudgeForeign(const core::Measurement& measurement, double spread, bool is_virtual,
                      bool is_timed);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_ISSUES_H_
