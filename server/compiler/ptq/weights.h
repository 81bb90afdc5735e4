// The constants of layers with weights, ready for int8: weights on their steps, biases corrected.
#ifndef SERVER_COMPILER_PTQ_WEIGHTS_H_
#define SERVER_COMPILER_PTQ_WEIGHTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/compiler/ptq/scheme.h"

namespace edgerack::compiler {

struct WeightOptions {
  bool per_channel = true;
  bool correct_bias = true;
};

struct QuantizedWeights {
  Tensor weights;              // float32 values on the steps that it remembers
  std::optional<Tensor> bias;  // float32; absent where the layer has none and needs none
  double bias_shift = 0;       // largest correction, as a share of the output's scale
};

// By the layer's main output's name.
using LayerWeights = std::map<std::string, QuantizedWeights>;

// Of every layer with float32 weights whose input and output have steps. Weights that came with
// symmetric steps of their own keep them.
LayerWeights QuantizeWeights(const Graph& graph, const std::map<TensorId, TensorScheme>& schemes,
                             const GraphStatistics& statistics, const WeightOptions& options);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_WEIGHTS_H_
