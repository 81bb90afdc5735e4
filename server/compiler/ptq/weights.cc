#include "server/compiler/ptq/weights.h"

#include <algorithm>
#include <cmath>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ptq/bias_correction.h"

namespace edgerack::compiler {
namespace {

// A bias counts in units of input scale times weight scale and keeps a bit of its 31 free.
constexpr double kLargestBias = 1 << 29;

bool FloatConstant(const Tensor& t) { return t.constant() && t.dtype == DType::kF32; }

bool HasBias(const Node& node) { return node.inputs.size() > 2 && node.inputs[2] != kNoTensor; }

// So that the bias fits 32 bits; empty without one.
std::vector<double> LeastScales(const Graph& graph, const Node& node, float x_scale) {
  std::vector<double> least;
  if (!HasBias(node)) return least;
  const Tensor& bias = graph.tensor(node.inputs[2]);
  for (size_t c = 0; c < static_cast<size_t>(bias.elements()); ++c) {
    const double value = std::fabs(ElementAsDouble(bias.dtype, *bias.data, c));
    least.push_back(value / (static_cast<double>(x_scale) * kLargestBias));
  }
  return least;
}

// The model's own steps where it has them and they are symmetric (weights that came as int8).
Quantization GridOf(const Graph& graph, const Node& node, int axis, bool per_channel,
                    float x_scale) {
  const Tensor& weights = graph.tensor(node.inputs[1]);
  const Quantization& own = weights.quantization;
  const bool symmetric = std::all_of(own.zero_points.begin(), own.zero_points.end(),
                                     [](int32_t zero) { return zero == 0; });
  if (own.quantized() && symmetric && (own.per_tensor() || own.axis == axis)) return own;
  return WeightGrid(weights, axis, per_channel, LeastScales(graph, node, x_scale));
}

Tensor BiasOf(const Graph& graph, const Node& node, size_t channels) {
  if (HasBias(node)) return graph.tensor(node.inputs[2]);
  Tensor bias;
  bias.name = node.name + ".bias";
  bias.shape = {static_cast<int32_t>(channels)};
  bias.data = std::make_shared<const std::string>(channels * sizeof(float), '\0');
  return bias;
}

void CorrectBias(const Graph& graph, const Node& node, const std::vector<double>& shift,
                 double output_scale, QuantizedWeights& quantized) {
  if (shift.empty()) return;
  Tensor bias = BiasOf(graph, node, shift.size());
  std::string bytes;
  for (size_t c = 0; c < shift.size(); ++c) {
    const double value = static_cast<double>(LoadElement<float>(*bias.data, c));
    AppendElement(bytes, static_cast<float>(value + shift[c]));
    quantized.bias_shift = std::max(quantized.bias_shift, std::fabs(shift[c]) / output_scale);
  }
  bias.data = std::make_shared<const std::string>(std::move(bytes));
  quantized.bias = std::move(bias);
}

}  // namespace

LayerWeights QuantizeWeights(const Graph& graph, const std::map<TensorId, TensorScheme>& schemes,
                             const GraphStatistics& statistics, const WeightOptions& options) {
  LayerWeights layers;
  for (const Node& node : graph.nodes) {
    const int axis = ChannelDimension(node.op);
    if (axis < 0 || !FloatConstant(graph.tensor(node.inputs[1]))) continue;
    if (HasBias(node) && !FloatConstant(graph.tensor(node.inputs[2]))) continue;
    const auto x = schemes.find(node.inputs[0]);
    const auto y = schemes.find(node.outputs[0]);
    if (x == schemes.end() || y == schemes.end()) continue;
    const float x_scale = x->second.grid.scales[0];
    QuantizedWeights quantized;
    quantized.weights = OnGrid(graph.tensor(node.inputs[1]),
                               GridOf(graph, node, axis, options.per_channel, x_scale));
    if (HasBias(node)) quantized.bias = graph.tensor(node.inputs[2]);
    if (options.correct_bias) {
      const std::vector<double> means = statistics[Index(node.inputs[0])]->ElementMeans();
      CorrectBias(graph, node, MeanShift(graph, node, quantized.weights, means),
                  static_cast<double>(y->second.grid.scales[0]), quantized);
    }
    layers[graph.tensor(node.outputs[0]).name] = std::move(quantized);
  }
  return layers;
}

}  // namespace edgerack::compiler
