// Whether a case of a suite got slower, larger or less accurate than its baseline. Pure functions
// over results; the noise is learnt from the baseline's repeats (noise.h).
//
// A change is suspected when the median of the measured runs leaves the band of kSuspectTail, and
// reported when the median of the confirming runs alone leaves the band of kConfirmTail to the same
// side: the run that raised the suspicion is no witness of it. Layers are judged with tails divided
// by their number (Bonferroni), so that a deep model raises no more alarms than a flat one.
#ifndef SERVER_ANALYSIS_REGRESSION_H_
#define SERVER_ANALYSIS_REGRESSION_H_

#include <vector>

#include "server/core/result.h"
#include "server/core/suite.h"

namespace edgerack::analysis {

// Of one night without a change: the chance of a suspicion to one side, which costs the confirming
// runs; of a suspicion that a layer raises alone; and the chance that a confirmation errs.
inline constexpr double kSuspectTail = 0.02;
inline constexpr double kLayerSuspectTail = 0.005;
inline constexpr double kConfirmTail = 0.001;
// A layer's change is reported from this share of `min_percent` of the whole on.
inline constexpr double kLayerShare = 0.5;
// With fewer repeats of the baseline a case is LEARNING.
inline constexpr int64_t kFewestRepeats = 5;
// Repeats of the same inputs are added to a baseline until it has so many.
inline constexpr size_t kMostRepeats = 40;

// `measured` are the runs of this time; `confirming`, those that a suspicion asked for, empty
// before. Without a baseline: LEARNING. The state is CONFIRMING when a change is suspected and
// `confirming` is empty; else PASSED, LEARNING, REGRESSED, IMPROVED or FAILED (a result is INVALID
// or cannot be compared).
core::CaseJudgement JudgeCase(const std::vector<core::Result>& baseline,
                              const std::vector<core::Result>& measured,
                              const std::vector<core::Result>& confirming,
                              const core::SuiteThresholds& thresholds);

// The same inputs: package, firmware, board and conditions. Repeats of them teach the noise.
bool IsRepeat(const core::Result& a, const core::Result& b);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_REGRESSION_H_
