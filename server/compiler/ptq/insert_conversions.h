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
  // By their main output's name: layers that stay float32, and layers whose activations become
  // int16. Every other layer is to become int8.
  std::set<std::string> float_layers, int16_layers;
  LayerWeights weights;
};

// What the layer's activations are to become: kS8 or kS16 where its float32 operands all have
// steps, else kF32, which they stay.
DType PlannedType(const Graph& graph, const Node& node, const ConversionPlan& plan);

// Float32 tensors that a quantized layer writes or reads are quantized and dequantized; its
// constants are moved to steps. Tensors keep their names: the one that the layer writes takes it,
// but where the graph declares an input, output or state of that name, which stays float32. Readers
// of another type get a form of their own.
Graph InsertConversions(const Graph& graph, const ConversionPlan& plan);

// Whether it holds another tensor's values for readers of its own type.
bool IsConvertedForm(const Tensor& quantized);

// The float32 tensor of `graph` that a tensor of the quantized graph holds, by its name or
// origin; kNoTensor where there is none.
TensorId StandsFor(const Graph& graph, const Tensor& quantized);

// Names of layers of `graph` that were to be quantized and still write float32 in `fused`, which
// the passes made of what InsertConversions() gave: they have no kernel of the planned type.
std::set<std::string> LeftInFloat(const Graph& graph, const ConversionPlan& plan,
                                  const Graph& fused);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_INSERT_CONVERSIONS_H_
