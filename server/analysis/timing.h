// Statistics of the timed runs.
#ifndef SERVER_ANALYSIS_TIMING_H_
#define SERVER_ANALYSIS_TIMING_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "server/core/result.h"

namespace edgerack::analysis {

struct Timing {
  core::Cycles cycles;
  core::Latency latency;
};

// The median of an even number of samples is the mean of the middle two (cycles rounded down); p90
// is the nearest rank. Empty when there are no samples or the clock is unknown (clock_hz <= 0).
std::optional<Timing> TimingOf(const std::vector<uint32_t>& sample_cycles, int64_t clock_hz,
                               bool estimated);

// The same statistics of times; `samples_ms` is not empty.
core::Latency LatencyOf(const std::vector<double>& samples_ms, bool estimated);

// (max - min) / median; 0 when the median is.
double Spread(const core::Cycles& cycles);
double Spread(const core::Latency& latency);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_TIMING_H_
