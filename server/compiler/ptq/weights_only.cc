#include "server/compiler/ptq/weights_only.h"

#include <cmath>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ptq/grid.h"

namespace edgerack::compiler {
namespace {

Tensor InInt8(const Tensor& weights, const Quantization& grid) {
  const Tensor moved = OnGrid(weights, grid);
  size_t inner = 1;
  for (size_t d = static_cast<size_t>(grid.axis) + 1; d < weights.shape.size(); ++d) {
    inner *= static_cast<size_t>(weights.shape[d]);
  }
  std::string bytes;
  for (size_t i = 0; i < static_cast<size_t>(weights.elements()); ++i) {
    const float scale = grid.scales[grid.per_tensor() ? 0 : i / inner % grid.scales.size()];
    AppendElement(bytes,
                  static_cast<int8_t>(std::lround(LoadElement<float>(*moved.data, i) / scale)));
  }
  Tensor int8 = moved;
  int8.name += ".int8";
  int8.dtype = DType::kS8;
  int8.data = std::make_shared<const std::string>(std::move(bytes));
  return int8;
}

}  // namespace

Graph WithInt8Weights(const Graph& graph, bool per_channel) {
  Graph hybrid = graph;
  for (Node& node : hybrid.nodes) {
    const int axis = ChannelDimension(node.op);
    if (axis < 0) continue;
    const Tensor weights = hybrid.tensor(node.inputs[1]);
    if (!weights.constant() || weights.dtype != DType::kF32) continue;
    const Node kept = node;
    node.inputs[1] = hybrid.Add(InInt8(weights, WeightGrid(weights, axis, per_channel, {})));
    node.attributes[kAsymmetricInputs.name] = int64_t{1};
    const OpDef* op = FindOp(node.op);
    if (!op->verify(hybrid, node).ok() || !op->lower(hybrid, node).ok()) node = kept;
  }
  return hybrid;
}

}  // namespace edgerack::compiler
