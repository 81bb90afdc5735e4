#include "server/compiler/validate/node_check.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "server/compiler/ir/elements.h"
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

constexpr double kSteps = 1.5;
constexpr double kConversionSteps = 1;
constexpr double kSoftmaxSteps = 2;
constexpr double kFloatTolerance = 1e-4;
// Float32 sums of the shadow itself, in steps; also what exact layers may differ by.
constexpr double kShadowSteps = 0.01;

using Names = std::set<std::string>;

const Names& Movers() {
  static const Names names = {
      "reshape",        "transpose",      "slice",           "reverse",    "concat",
      "expand",         "tile",           "gather",          "pad",        "gather_elements",
      "gather_nd",      "copy",           "where",           "max_pool2d", "max_pool3d",
      "space_to_depth", "depth_to_space", "reverse_sequence"};
  return names;
}

const Names& Converters() {
  static const Names names = {"quantize", "dequantize", "requantize"};
  return names;
}

// Their output changes by no more than the largest change of an input.
bool KeepsErrors(const std::string& op) {
  static const Names more = {"avg_pool2d", "avg_pool3d", "relu"};
  return Movers().count(op) != 0 || Converters().count(op) != 0 || more.count(op) != 0;
}

// x, weights, bias: sums of products.
bool HasWeights(const std::string& op) {
  static const Names names = {"conv2d", "depthwise_conv2d", "fully_connected",
                              "conv3d", "conv_transpose2d", "conv_transpose3d"};
  return names.count(op) != 0;
}

bool KeepsState(const std::string& op) {
  static const Names names = {"lstm", "gru", "rnn", "svdf"};
  return names.count(op) != 0;
}

using Values = std::vector<double>;

class Shadow {
 public:
  Shadow(const Graph& graph, size_t node_index, const NodeOperands& operands)
      : graph_(graph), node_(graph.nodes[node_index]), operands_(operands) {
    for (size_t i = 0; i < node_.inputs.size(); ++i) {
      values_.push_back(node_.inputs[i] == kNoTensor ? Values() : InputValues(i));
    }
  }

  const Node& node() const { return node_; }
  const Values& input(size_t i) const { return values_[i]; }
  const Tensor& tensor(size_t i) const { return graph_.tensor(node_.inputs[i]); }
  bool has(size_t i) const { return i < node_.inputs.size() && node_.inputs[i] != kNoTensor; }
  const Tensor& output() const { return graph_.tensor(MainOutput(node_.outputs)); }

  // int8 weights, float32 activations.
  bool hybrid() const {
    return HasWeights(node_.op) && tensor(0).dtype == DType::kF32 && IsQuantized(tensor(1));
  }

  absl::StatusOr<Values> Expected() const { return Run(values_, node_); }

  // The sums of products with other operands, without activation.
  absl::StatusOr<Values> Sums(const Values& x, const Values& weights, const Values& bias) const {
    std::vector<Values> values = values_;
    values[0] = x;
    values[1] = weights;
    if (has(2)) values[2] = bias;
    Node node = node_;
    node.attributes.erase("act");
    return Run(values, node);
  }

  // Half a step of each element of the weights.
  Values HalfSteps() const {
    Tensor ones = tensor(1);
    const std::string zeros(static_cast<size_t>(ones.bytes()), '\0');
    for (int32_t& zero : ones.quantization.zero_points) zero = -1;
    Values steps = RealValues(ones, zeros);  // scale * (0 + 1)
    for (double& step : steps) step /= 2;
    return steps;
  }

 private:
  Values InputValues(size_t i) const {
    const Tensor& t = tensor(i);
    if (!t.constant()) return *operands_.inputs[i];
    Values values = RealValues(t, *t.data);
    const bool bias = i == 2 && HasWeights(node_.op) && t.dtype == DType::kS32 && !IsQuantized(t);
    if (!bias) return values;
    // An int32 bias counts in products of a step of the input and one of the weights.
    const Quantization& w = tensor(1).quantization;
    const double x_scale = static_cast<double>(tensor(0).quantization.scales.front());
    for (size_t k = 0; k < values.size(); ++k) {
      values[k] *=
          x_scale * static_cast<double>(w.scales[w.per_tensor() ? 0 : k % w.scales.size()]);
    }
    return values;
  }

  // Quantized integers become float32; others (indices) stay.
  bool BecomesReal(size_t i) const {
    const Tensor& t = tensor(i);
    return IsQuantized(t) || (i == 2 && HasWeights(node_.op));
  }

  static Tensor Real(Tensor t) {
    t.dtype = DType::kF32;
    t.quantization = {};
    return t;
  }

  absl::StatusOr<Values> Run(const std::vector<Values>& values, const Node& node) const {
    Graph shadow;
    shadow.name = "shadow";
    Node copy = node;
    copy.attributes.erase("asymmetric_inputs");
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNoTensor) continue;
      Tensor t = BecomesReal(i) ? Real(tensor(i)) : tensor(i);
      t.data = std::make_shared<const std::string>(BytesOfValues(t, values[i]));
      copy.inputs[i] = shadow.Add(std::move(t));
    }
    size_t main = 0;
    while (node.outputs[main] == kNoTensor) ++main;
    for (TensorId& id : copy.outputs) {
      if (id == kNoTensor) continue;
      const Tensor& t = graph_.tensor(id);
      Tensor made = IsQuantized(t) ? Real(t) : t;
      id = shadow.Add(std::move(made));
    }
    shadow.nodes.push_back(std::move(copy));
    ER_RETURN_IF_ERROR(VerifyNode(shadow, 0));
    ER_ASSIGN_OR_RETURN(auto results, Evaluate(shadow, 0));
    return RealValues(shadow.tensor(shadow.nodes[0].outputs[main]), results[main]);
  }

  const Graph& graph_;
  const Node& node_;
  const NodeOperands& operands_;
  std::vector<Values> values_;
};

double LargestMagnitude(const Values& values) {
  double largest = 0;
  for (double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
  }
  return largest;
}

Values Magnitudes(Values values) {
  for (double& value : values) value = std::fabs(value);
  return values;
}

double BaseAllowance(const Shadow& shadow, const Values& expected) {
  const Tensor& y = shadow.output();
  if (!IsQuantized(y)) return kFloatTolerance * LargestMagnitude(expected) + 1e-30;
  const auto step = static_cast<double>(y.quantization.scales.front());
  const std::string& op = shadow.node().op;
  const bool same_grid = shadow.has(0) && shadow.tensor(0).quantization == y.quantization;
  if (Movers().count(op) != 0 && same_grid) return kShadowSteps * step;
  if (Converters().count(op) != 0) return (kConversionSteps + kShadowSteps) * step;
  if (op == "softmax") return kSoftmaxSteps * step;
  return kSteps * step;
}

// What rounded operands add, per element. Empty: nothing.
absl::StatusOr<Values> RoundingAllowance(const Shadow& shadow, const NodeOperands& operands,
                                         std::string& not_judged) {
  const std::string& op = shadow.node().op;
  double rounding = operands.input_rounding;
  if (shadow.hybrid()) {
    const bool asymmetric = shadow.node().Int("asymmetric_inputs") != 0;
    rounding += LargestMagnitude(shadow.input(0)) / 127 * (asymmetric ? 1.01 : 0.505);
  }
  const bool weights = operands.weights_rounded && HasWeights(op) && IsQuantized(shadow.tensor(1));
  Values allowance;
  if (rounding == 0 && !weights) return allowance;
  const auto elements = static_cast<size_t>(shadow.output().elements());
  if (!HasWeights(op)) {
    if (!KeepsErrors(op)) {
      not_judged = "its inputs were rounded, and how much of that reaches the output is not known";
    }
    return Values(elements, rounding);
  }
  const size_t outputs = shadow.has(2) ? shadow.input(2).size() : 0;
  const Values magnitudes = Magnitudes(shadow.input(1));
  ER_ASSIGN_OR_RETURN(allowance, shadow.Sums(Values(shadow.input(0).size(), rounding), magnitudes,
                                             Values(outputs, 0)));
  if (!weights) return allowance;
  ER_ASSIGN_OR_RETURN(Values more, shadow.Sums(Magnitudes(shadow.input(0)), shadow.HalfSteps(),
                                               Values(outputs, 0)));
  for (size_t i = 0; i < elements; ++i) allowance[i] += more[i];
  return allowance;
}

NodeCheck NotJudged(const std::string& why) {
  NodeCheck check;
  check.not_judged = why;
  return check;
}

void Judge(const Tensor& y, const Values& expected, const Values& given, double base,
           const Values& rounding, NodeCheck& check) {
  const bool quantized = IsQuantized(y);
  const RealRange range = quantized ? RangeOf(y) : RealRange{0, 0};
  for (size_t i = 0; i < expected.size(); ++i) {
    double wanted = expected[i], value = given[i];
    if (quantized) {
      if (wanted < range.min - base || wanted > range.max + base) ++check.clamped;
      wanted = std::clamp(wanted, range.min, range.max);
      value = std::clamp(value, range.min, range.max);
    }
    const bool same = wanted == value || (std::isnan(wanted) && std::isnan(value));
    const double error = same ? 0 : std::fabs(value - wanted);
    const double allowed = base + (rounding.empty() ? 0 : rounding[i]);
    const double ratio = std::isfinite(error) ? error / allowed : INFINITY;
    if (check.element >= 0 && ratio <= check.worst) continue;
    check.error = error;
    check.allowed = allowed;
    check.worst = ratio;
    check.element = static_cast<int64_t>(i);
  }
}

}  // namespace

NodeCheck CheckNode(const Graph& graph, size_t node_index, const NodeOperands& operands) {
  const Node& node = graph.nodes[node_index];
  if (KeepsState(node.op)) return NotJudged("it keeps a state between steps");
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoTensor || graph.tensor(node.inputs[i]).constant()) continue;
    if (operands.inputs[i] == nullptr) {
      return NotJudged("the values of its input '" + graph.tensor(node.inputs[i]).name +
                       "' are not known");
    }
  }
  const Shadow shadow(graph, node_index, operands);
  // Their real values go through unchanged.
  absl::StatusOr<Values> expected =
      Converters().count(node.op) != 0 ? shadow.input(0) : shadow.Expected();
  if (!expected.ok()) {
    return NotJudged("there is no float32 form of it: " + ErrorMessageOf(expected.status()));
  }
  NodeCheck check;
  auto rounding = RoundingAllowance(shadow, operands, check.not_judged);
  if (!rounding.ok()) return NotJudged(ErrorMessageOf(rounding.status()));
  if (!check.not_judged.empty()) return check;
  if (expected->size() != operands.output->size()) return NotJudged("its output's size differs");
  Judge(shadow.output(), *expected, *operands.output, BaseAllowance(shadow, *expected), *rounding,
        check);
  return check;
}

}  // namespace edgerack::compiler
