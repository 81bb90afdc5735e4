// How post-training quantization sees a graph run: it executes nothing itself.
#ifndef SERVER_COMPILER_PTQ_GRAPH_RUNNER_H_
#define SERVER_COMPILER_PTQ_GRAPH_RUNNER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// The raw bytes of each tensor of the graph that ran; empty for constants and states.
using TensorValues = std::vector<std::optional<std::string>>;

class GraphRunner {
 public:
  using Visit = std::function<void(int64_t sample, const TensorValues& values)>;

  virtual ~GraphRunner() = default;
  // Runs the graph on samples first … first + count - 1 and shows each, in order. The graph's
  // inputs are those that calibration was read for.
  virtual absl::Status Run(const Graph& graph, int64_t first, int64_t count,
                           const Visit& visit) = 0;
  virtual int64_t samples() const = 0;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_GRAPH_RUNNER_H_
