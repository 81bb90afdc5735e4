// The run-to-run noise of a measurement, learnt from repeats of the same inputs.
//
// A run of N timed inferences is worth one number, their median; that is what repeats from night to
// night. Its scatter is not the scatter of single inferences divided by √N: what stays through a
// run (where code and data came to lie, the temperature, other masters on the bus) does not average
// out. So the scatter is learnt between runs, and the samples within a run serve only as a first
// guess while there are few.
//
//   centre     the median of the repeats: half of them may be wrong and it still stands
//   deviation  runs farther from the centre than kOutlier robust deviations (1.4826 × the median
//              deviation, with the correction of Croux and Rousseeuw 1992 for few runs) are left
//              out; the standard deviation of the others is pooled with the guess, which counts as
//              kGuessDegrees observations:  s² = (g·guess² + (m−1)·s_runs²) / (g + m − 1)
//   degrees    g + m − 1, of Student's t: how well the deviation is known
//
// A new value x (the median of k runs) is beyond the noise at `tail` when
//   |x − centre| > t(degrees, tail) · deviation · √(MedianVariance(k) + 1/m),
// the prediction interval of a normal sample (Hahn 1969). Sources: docs/suites.md.
#ifndef SERVER_ANALYSIS_NOISE_H_
#define SERVER_ANALYSIS_NOISE_H_

#include <vector>

#include "server/core/suite.h"

namespace edgerack::analysis {

inline constexpr double kGuessDegrees = 2;
inline constexpr double kOutlier = 4;
inline constexpr double kMostOutliers = 0.1;  // of the runs; more are how the noise is
// Nothing is known better than this share of the centre.
inline constexpr double kLeastDeviation = 0.0002;

// `values` of at least one repeat, above 0; `guess` is the relative deviation of single samples.
core::SuiteNoise LearnNoise(const std::vector<double>& values, double guess);

// Half the width of the band around the centre for the median of `runs` new runs, as a share of the
// centre.
double NoiseBand(const core::SuiteNoise& noise, int runs, double tail);

// The relative deviation of samples, robust: 1.4826 × median deviation / median; 0 of fewer than 2.
double RelativeDeviation(const std::vector<double>& samples);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_NOISE_H_
