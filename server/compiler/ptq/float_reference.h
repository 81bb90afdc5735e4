// What the float model gave, kept to hold quantized forms of it against.
#ifndef SERVER_COMPILER_PTQ_FLOAT_REFERENCE_H_
#define SERVER_COMPILER_PTQ_FLOAT_REFERENCE_H_

#include <string>
#include <vector>

#include "server/compiler/ptq/graph_runner.h"
#include "server/compiler/validate/error_sums.h"

namespace edgerack::compiler {

// A layer of a quantized graph against the float tensor that it stands for.
struct LayerError {
  size_t node = 0;                // in the quantized graph
  TensorId original = kNoTensor;  // in the float graph
  ErrorFigures figures;
};

class FloatReference {
 public:
  static constexpr int64_t kMostSamples = 64;
  static constexpr int64_t kMostBytes = int64_t{192} << 20;

  // Keeps the first samples, as many as the limits allow, one at least. Errors of the runner.
  static absl::StatusOr<FloatReference> Of(const Graph& graph, GraphRunner& runner);

  int64_t samples() const { return static_cast<int64_t>(values_.size()); }
  const Graph& graph() const { return graph_; }

  // Runs `quantized` on the same samples. Layers without a float tensor to compare with are left
  // out. Errors of the runner.
  absl::StatusOr<std::vector<LayerError>> Layers(const Graph& quantized, GraphRunner& runner) const;
  // The same of the graph's float32 outputs, in their order.
  absl::StatusOr<std::vector<ErrorFigures>> Outputs(const Graph& quantized,
                                                    GraphRunner& runner) const;

 private:
  explicit FloatReference(const Graph& graph) : graph_(graph) {}

  Graph graph_;
  std::vector<TensorValues> values_;  // by sample
};

// The signal-to-noise ratio of the worst of several outputs in dB; infinite where none differs.
double WorstSqnr(const std::vector<ErrorFigures>& outputs);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_FLOAT_REFERENCE_H_
