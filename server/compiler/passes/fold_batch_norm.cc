// fold-batch-norm: a normalization with constant statistics behind a float convolution or matrix
// product scales its weights and moves its bias. Equal but for the rounding of the new weights.
#include <cmath>

#include "server/compiler/ir/elements.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// Which dimension of its weights the layer's output channels are; -1 where nothing can be folded.
int ChannelDimension(const Graph& graph, const Node& layer) {
  if (layer.op == "conv2d" || layer.op == "fully_connected") return 0;
  if (layer.op != "depthwise_conv2d") return -1;
  return static_cast<int>(graph.tensor(layer.inputs[1]).shape.size()) - 1;
}

bool IsFloatConstant(const Graph& graph, TensorId id) {
  return graph.tensor(id).constant() && graph.tensor(id).dtype == DType::kF32;
}

bool CanFold(const Graph& graph, const Node& norm, const Node& layer) {
  const Tensor& between = graph.tensor(norm.inputs[0]);
  const int64_t rank = static_cast<int64_t>(between.shape.size());
  const int64_t axis = norm.Int("axis", 1);
  if (rank == 0 || (axis != -1 && axis != rank - 1)) return false;  // channels are the last here
  for (size_t i = 1; i < 5; ++i) {
    if (!IsFloatConstant(graph, norm.inputs[i])) return false;
  }
  if (ChannelDimension(graph, layer) < 0 || layer.Text("act", "none") != "none") return false;
  if (graph.IsOutput(norm.inputs[0]) || graph.Consumers(norm.inputs[0]).size() != 1) return false;
  const bool bias = layer.inputs.size() > 2 && layer.inputs[2] != kNoTensor;
  return IsFloatConstant(graph, layer.inputs[1]) &&
         (!bias || IsFloatConstant(graph, layer.inputs[2]));
}

double Number(const Graph& graph, TensorId id, size_t index) {
  return static_cast<double>(LoadElement<float>(*graph.tensor(id).data, index));
}

TensorId AddConstant(Graph& graph, const std::string& name, const Shape& shape,
                     const std::vector<float>& values) {
  Tensor t;
  t.name = name;
  t.shape = shape;
  t.data = std::make_shared<const std::string>(BytesOf(values));
  return graph.Add(std::move(t));
}

void Fold(Graph& graph, const Node& norm, Node& layer) {
  const Tensor weights = graph.tensor(layer.inputs[1]);
  const size_t channels = static_cast<size_t>(graph.tensor(norm.inputs[0]).shape.back());
  const bool has_bias = layer.inputs.size() > 2 && layer.inputs[2] != kNoTensor;
  const double epsilon = norm.Real("epsilon", 1e-5);
  std::vector<double> factors;
  std::vector<float> bias;
  for (size_t c = 0; c < channels; ++c) {
    const double deviation = std::sqrt(Number(graph, norm.inputs[4], c) + epsilon);
    factors.push_back(Number(graph, norm.inputs[1], c) / deviation);
    const double before = has_bias ? Number(graph, layer.inputs[2], c) : 0.0;
    bias.push_back(static_cast<float>((before - Number(graph, norm.inputs[3], c)) * factors[c] +
                                      Number(graph, norm.inputs[2], c)));
  }
  // Consecutive weights of one channel.
  const size_t count = static_cast<size_t>(weights.elements());
  const size_t run = ChannelDimension(graph, layer) == 0 ? count / channels : 1;
  std::vector<float> scaled;
  for (size_t i = 0; i < count; ++i) {
    const double weight = static_cast<double>(LoadElement<float>(*weights.data, i));
    scaled.push_back(static_cast<float>(weight * factors[i / run % channels]));
  }
  const TensorId new_weights =
      AddConstant(graph, weights.name + ".normalized", weights.shape, scaled);
  const TensorId new_bias =
      AddConstant(graph, layer.name + ".bias_normalized", {static_cast<int32_t>(channels)}, bias);
  layer.inputs.resize(3, kNoTensor);
  layer.inputs[1] = new_weights;
  layer.inputs[2] = new_bias;
  layer.outputs = norm.outputs;
  layer.fused_from.insert(layer.fused_from.end(), norm.fused_from.begin(), norm.fused_from.end());
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node norm = graph.nodes[n];
    const int producer = norm.op == "batch_norm" ? graph.Producer(norm.inputs[0]) : -1;
    if (producer < 0 || !CanFold(graph, norm, graph.nodes[static_cast<size_t>(producer)])) {
      ++n;
      continue;
    }
    Fold(graph, norm, graph.nodes[static_cast<size_t>(producer)]);
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FoldBatchNormPass() {
  return {"fold-batch-norm", "a normalization with constants moves into the layer before it", Run};
}

}  // namespace edgerack::compiler
