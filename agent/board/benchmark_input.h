// A sample as MLPerf Tiny's protocol sends it to the resident firmware.
#ifndef AGENT_BOARD_BENCHMARK_INPUT_H_
#define AGENT_BOARD_BENCHMARK_INPUT_H_

#include <string>

#include "base/error.h"

namespace edgerack::agent {

// The bytes for `db` that become the first sample's first input: as firmware/app/benchmark.h reads
// them. `inputs` are the samples as the link would send them. DATA_LOSS with code PACKAGE_BROKEN
// (BUG) where the package has no such input.
absl::StatusOr<std::string> BenchmarkInput(const std::string& package, const std::string& inputs);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_BENCHMARK_INPUT_H_
