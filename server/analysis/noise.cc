#include "server/analysis/noise.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "server/analysis/quantiles.h"

namespace edgerack::analysis {
namespace {

// Of a normal distribution: standard deviation / median deviation.
constexpr double kNormalFactor = 1.4826;

// What the median deviation of few values is too small by (Croux and Rousseeuw 1992, table 1).
double FewFactor(size_t n) {
  constexpr std::array<double, 10> kFactors = {1,     1,     1.196, 1.495, 1.363,
                                               1.206, 1.200, 1.140, 1.129, 1.107};
  if (n < kFactors.size()) return kFactors[n];
  return static_cast<double>(n) / (static_cast<double>(n) - 0.8);
}

}  // namespace

core::SuiteNoise LearnNoise(const std::vector<double>& values, double guess) {
  core::SuiteNoise noise;
  noise.repeats = static_cast<int64_t>(values.size());
  noise.centre = Median(values);
  if (values.empty() || noise.centre <= 0) return noise;
  guess = std::max(guess, kLeastDeviation);
  const double robust =
      kNormalFactor * FewFactor(values.size()) * MedianDeviation(values, noise.centre);
  // Of few values the median deviation may be near 0 by chance.
  const double limit = kOutlier * std::max(robust, guess / 2 * noise.centre);
  std::vector<double> kept;
  for (const double value : values) {
    if (std::fabs(value - noise.centre) <= limit) kept.push_back(value);
  }
  const auto outliers = static_cast<double>(values.size() - kept.size());
  if (outliers > kMostOutliers * static_cast<double>(values.size())) kept = values;
  double mean = 0;
  for (const double value : kept) mean += value / static_cast<double>(kept.size());
  double squares = 0;
  for (const double value : kept) squares += (value / mean - 1) * (value / mean - 1);
  const double run_degrees = std::max(0.0, static_cast<double>(kept.size()) - 1);
  noise.degrees = kGuessDegrees + run_degrees;
  noise.deviation = std::max(kLeastDeviation,
                             std::sqrt((kGuessDegrees * guess * guess + squares) / noise.degrees));
  return noise;
}

double NoiseBand(const core::SuiteNoise& noise, int runs, double tail) {
  if (noise.repeats < 1) return 0;
  return StudentQuantile(noise.degrees, tail) * noise.deviation *
         std::sqrt(MedianVariance(runs) + 1 / static_cast<double>(noise.repeats));
}

double RelativeDeviation(const std::vector<double>& samples) {
  if (samples.size() < 2) return 0;
  const double centre = Median(samples);
  if (centre <= 0) return 0;
  return kNormalFactor * FewFactor(samples.size()) * MedianDeviation(samples, centre) / centre;
}

}  // namespace edgerack::analysis
