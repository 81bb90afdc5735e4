// fold-scale: factors and offsets per channel (batch_norm; binary mul, div, add, sub by constants)
// move into the weights and bias of the layer before. They are computed in double precision and
// rounded once.
#include <cmath>
#include <optional>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// y = factor[c] * x + offset[c].
struct Affine {
  std::vector<double> factor, offset;
};

bool FloatConstant(const Tensor& t) { return t.constant() && t.dtype == DType::kF32; }

// One value per channel, or one for all.
std::optional<std::vector<double>> PerChannel(const Tensor& t, int32_t channels, size_t rank) {
  if (!FloatConstant(t) || t.shape.size() > rank) return std::nullopt;
  const bool one = t.elements() == 1;
  if (!one && (t.elements() != channels || t.shape.back() != channels)) return std::nullopt;
  std::vector<double> values;
  for (int32_t c = 0; c < channels; ++c) {
    values.push_back(ElementAsDouble(t.dtype, *t.data, one ? 0 : static_cast<size_t>(c)));
  }
  return values;
}

std::optional<Affine> FromBatchNorm(const Graph& graph, const Node& node, int32_t channels) {
  const Shape& shape = graph.tensor(node.outputs[0]).shape;
  const int64_t axis = node.Int("axis", -1);
  const int64_t last = static_cast<int64_t>(shape.size()) - 1;
  if (axis != last && axis != -1) return std::nullopt;
  std::vector<std::vector<double>> parameters;  // scale, bias, mean, variance
  for (size_t i = 1; i < 5; ++i) {
    const Tensor& t = graph.tensor(node.inputs[i]);
    if (!FloatConstant(t) || t.elements() != channels) return std::nullopt;
    parameters.emplace_back();
    for (int32_t c = 0; c < channels; ++c) {
      parameters.back().push_back(ElementAsDouble(t.dtype, *t.data, static_cast<size_t>(c)));
    }
  }
  Affine affine;
  for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
    const double factor =
        parameters[0][c] / std::sqrt(parameters[3][c] + node.Real("epsilon", 1e-5));
    affine.factor.push_back(factor);
    affine.offset.push_back(parameters[1][c] - parameters[2][c] * factor);
  }
  return affine;
}

std::optional<Affine> FromBinary(const Graph& graph, const Node& node, int32_t channels) {
  const std::string fn = node.Text("fn");
  const bool commutes = fn == "mul" || fn == "add";
  const Tensor& left = graph.tensor(node.inputs[0]);
  const Tensor& y = graph.tensor(node.outputs[0]);
  const bool swapped = left.constant();
  if ((swapped && !commutes) || (!commutes && fn != "div" && fn != "sub")) return std::nullopt;
  if (graph.tensor(node.inputs[swapped ? 1 : 0]).shape != y.shape) return std::nullopt;
  auto values = PerChannel(graph.tensor(node.inputs[swapped ? 0 : 1]), channels, y.shape.size());
  if (!values) return std::nullopt;
  Affine affine;
  for (double value : *values) {
    affine.factor.push_back(fn == "mul" ? value : fn == "div" ? 1 / value : 1);
    affine.offset.push_back(fn == "add" ? value : fn == "sub" ? -value : 0);
  }
  return affine;
}

// The layer in front, where its result goes nowhere else and nothing is clamped between.
int FoldableProducer(const Graph& graph, const Node& node) {
  for (TensorId id : node.inputs) {
    const int producer = id == kNoTensor ? -1 : graph.Producer(id);
    if (producer < 0) continue;
    const Node& before = graph.nodes[static_cast<size_t>(producer)];
    const bool alone = graph.Consumers(id).size() == 1 && !graph.IsOutput(id) &&
                       before.Text("act", "none") == "none";
    if (ChannelDimension(before.op) < 0 || !alone) return -1;
    const bool weights = FloatConstant(graph.tensor(before.inputs[1]));
    const bool bias = before.inputs.size() < 3 || before.inputs[2] == kNoTensor ||
                      FloatConstant(graph.tensor(before.inputs[2]));
    return weights && bias ? producer : -1;
  }
  return -1;
}

TensorId Scaled(Graph& graph, TensorId weights, size_t dimension, const Affine& affine) {
  Tensor t = graph.tensor(weights);
  int64_t inner = 1;
  for (size_t d = dimension + 1; d < t.shape.size(); ++d) inner *= t.shape[d];
  std::string bytes;
  bytes.reserve(t.data->size());
  for (int64_t i = 0; i < t.elements(); ++i) {
    const size_t channel = static_cast<size_t>(i / inner % t.shape[dimension]);
    const double value = ElementAsDouble(t.dtype, *t.data, static_cast<size_t>(i));
    AppendElement(bytes, static_cast<float>(value * affine.factor[channel]));
  }
  t.data = std::make_shared<const std::string>(std::move(bytes));
  t.quantization = {};  // the values have left their grid
  return graph.Add(std::move(t));
}

TensorId Shifted(Graph& graph, const Node& layer, const Affine& affine) {
  const bool has_bias = layer.inputs.size() > 2 && layer.inputs[2] != kNoTensor;
  Tensor t;
  t.name = layer.name + ".bias";
  t.shape = {static_cast<int32_t>(affine.offset.size())};
  std::string bytes;
  for (size_t c = 0; c < affine.offset.size(); ++c) {
    const double old =
        has_bias ? ElementAsDouble(DType::kF32, *graph.tensor(layer.inputs[2]).data, c) : 0;
    AppendElement(bytes, static_cast<float>(old * affine.factor[c] + affine.offset[c]));
  }
  t.data = std::make_shared<const std::string>(std::move(bytes));
  return graph.Add(std::move(t));
}

bool Fold(Graph& graph, size_t n) {
  const Node node = graph.nodes[n];
  if (node.op != "batch_norm" && node.op != "binary") return false;
  const int producer = FoldableProducer(graph, node);
  if (producer < 0) return false;
  Node layer = graph.nodes[static_cast<size_t>(producer)];
  const Shape shape = graph.tensor(layer.outputs[0]).shape;
  const auto affine = node.op == "binary" ? FromBinary(graph, node, shape.back())
                                          : FromBatchNorm(graph, node, shape.back());
  if (!affine) return false;
  for (size_t c = 0; c < affine->factor.size(); ++c) {
    if (!std::isfinite(affine->factor[c]) || !std::isfinite(affine->offset[c])) return false;
  }
  bool scales = false;
  for (double factor : affine->factor) scales = scales || factor != 1;
  layer.inputs.resize(3, kNoTensor);
  if (scales) {
    layer.inputs[1] =
        Scaled(graph, layer.inputs[1], static_cast<size_t>(ChannelDimension(layer.op)), *affine);
  }
  layer.inputs[2] = Shifted(graph, layer, *affine);
  layer.outputs = node.outputs;
  layer.fused_from.insert(layer.fused_from.end(), node.fused_from.begin(), node.fused_from.end());
  graph.nodes[static_cast<size_t>(producer)] = layer;
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
  return true;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    if (Fold(graph, n)) {
      ++changes;
    } else {
      ++n;
    }
  }
  return changes;
}

}  // namespace

Pass FoldScalePass() {
  return {"fold-scale", "batch_norm and constants per channel move into the layer before", Run};
}

}  // namespace edgerack::compiler
