#include "server/analysis/timing.h"

#include <algorithm>

namespace edgerack::analysis {

std::optional<Timing> TimingOf(const std::vector<uint32_t>& sample_cycles, int64_t clock_hz,
                               bool estimated) {
  if (sample_cycles.empty() || clock_hz <= 0) return std::nullopt;
  std::vector<uint32_t> sorted = sample_cycles;
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  const int64_t twice_median = int64_t{sorted[(n - 1) / 2]} + sorted[n / 2];
  const double ms_per_cycle = 1000.0 / static_cast<double>(clock_hz);
  Timing timing;
  timing.cycles = {estimated, twice_median / 2, sorted.front(), sorted.back()};
  std::vector<double> samples_ms;
  for (uint32_t cycles : sample_cycles) samples_ms.push_back(cycles * ms_per_cycle);
  timing.latency = LatencyOf(samples_ms, estimated);
  return timing;
}

core::Latency LatencyOf(const std::vector<double>& samples_ms, bool estimated) {
  std::vector<double> sorted = samples_ms;
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  core::Latency latency;
  latency.estimated = estimated;
  latency.median_ms = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  latency.min_ms = sorted.front();
  latency.max_ms = sorted.back();
  latency.p90_ms = sorted[(9 * n + 9) / 10 - 1];  // rank ⌈0.9 n⌉
  latency.samples_ms = samples_ms;
  return latency;
}

double Spread(const core::Cycles& cycles) {
  const auto median = static_cast<double>(cycles.median.value_or(0));
  if (median <= 0) return 0;
  return static_cast<double>(cycles.max.value_or(0) - cycles.min.value_or(0)) / median;
}

double Spread(const core::Latency& latency) {
  const double median = latency.median_ms.value_or(0);
  if (median <= 0) return 0;
  return (latency.max_ms.value_or(0) - latency.min_ms.value_or(0)) / median;
}

}  // namespace edgerack::analysis
