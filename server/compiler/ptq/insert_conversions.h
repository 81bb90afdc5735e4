// A float graph with conversions around its tensors: what pass fuse-qdq makes an int8 model of.
#ifndef SERVER_COMPILER_PTQ_INSERT_CONVERSIONS_H_
#define SERVER_COMPILER_PTQ_INSERT_CONVERSIONS_H_

#include <map>
#include <set>
#include <string>

#include "server/compiler/ir/graph.h"
#include "server/compiler/ptq/scheme.h"
#include "server/compiler/ptq/weights.h"

namespace edgerack::compiler {

struct ConversionPlan {
  std::map<TensorId, TensorScheme> schemes;
  // Layers that stay float32, by their main output's name; every other layer is to become int8.
  std::set<std::string> float_layers;
  LayerWeights weights;
};

// Whether the layer is to become int8: its float32 operands all have steps.
bool IsPlannedInt8(const Graph& graph, const Node& node, const ConversionPlan& plan);

// Float32 tensors that an int8 layer writes or reads are quantized and dequantized; its constants
// are moved to steps. Tensors keep their names: the int8 one takes it, but where the graph declares
// an input, output or state of that name, which stays float32.
Graph InsertConversions(const Graph& graph, const ConversionPlan& plan);

// The float32 tensor of `graph` that a tensor of the quantized graph holds, by its name or
// origin; kNoTensor where there is none.
TensorId StandsFor(const Graph& graph, const Tensor& quantized);

// Names of layers of `graph` that were to become int8 and still write float32 in `fused`, which
// the passes made of what InsertConversions() gave: they have no int8 kernel.
std::set<std::string> LeftInFloat(const Graph& graph, const ConversionPlan& plan,
                                  const Graph& fused);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_INSERT_CONVERSIONS_H_
