#include "server/compiler/ops/quantized_lstm.h"

#include <algorithm>
#include <cmath>

#include "firmware/kernels/recurrent/quantized.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"

namespace edgerack::compiler {
namespace {

enum Operand : size_t { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kPeepholes };

// What the gates are computed in before their activations: Q3.12.
constexpr float kGateScale = 1.0f / 4096.0f;

// Attributes that int8 does not have, with the only value it takes.
absl::Status VerifyAttributes(const Node& node) {
  struct Fixed {
    const char* name;
    bool usual;
    const char* only;
  };
  const std::string coupling = node.Text("coupling", "none");
  const Fixed list[] = {
      {"direction", node.Text("direction", "forward") == "forward", "forward"},
      {"activations", node.Text("activations", "sigmoid tanh tanh") == "sigmoid tanh tanh",
       "sigmoid tanh tanh"},
      {"clip", node.Real("clip", 0) == 0, "0"},
      {"coupling", coupling == "none" || coupling == "input", "none or input"}};
  for (const Fixed& fixed : list) {
    if (fixed.usual) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE", std::string("attribute ") + fixed.name +
                                               " has another value; supported in int8 is " +
                                               fixed.only + ". Keep this layer in float32");
  }
  if (HasInput(node, kLengths) || HasInput(node, kPeepholes)) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "it has sequence lengths or peepholes; supported in int8 are layers without. "
                  "Keep this layer in "
                  "float32");
  }
  const int64_t bits = node.Int("cell_integer_bits", -1);
  if (bits < 0 || bits > 5) {
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "the cell state has " + std::to_string(bits) +
            " integer bits; supported are 0 to 5 (scales 2^-15 to 2^-10). Convert the model again");
  }
  return absl::OkStatus();
}

absl::Status VerifyWeights(const Tensor& w, int32_t hidden) {
  const Quantization& q = w.quantization;
  if (!w.constant() || w.dtype != DType::kS8 || q.axis != 1 ||
      q.scales.size() != static_cast<size_t>(4 * hidden)) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "weights '" + w.name +
                      "' have another form; supported are int8 constants with a scale for each "
                      "of their " +
                      std::to_string(4 * hidden) + " rows. Convert the model again");
  }
  for (size_t row = 0; row < q.scales.size(); ++row) {
    const size_t first = row / static_cast<size_t>(hidden) * static_cast<size_t>(hidden);
    if (q.scales[row] == q.scales[first] && q.zero_points[row] == 0) continue;
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "weights '" + w.name +
            "' have a zero point or several scales in a gate; supported is one scale per gate, as "
            "TFLite's converter makes them. Convert the model again");
  }
  return absl::OkStatus();
}

// The output's scale and zero point, whichever of y and last_h is there.
const Quantization* OutputQuantization(const Graph& graph, const Node& node) {
  for (size_t i = 0; i < 2 && i < node.outputs.size(); ++i) {
    if (node.outputs[i] != kNoTensor) return &graph.tensor(node.outputs[i]).quantization;
  }
  return HasInput(node, kInitialH) ? &In(graph, node, kInitialH).quantization : nullptr;
}

// bias - zero_point * (sum of the row), as TFLite works zero points into biases.
std::vector<int32_t> EffectiveBias(const Tensor& w, const Tensor* bias, size_t bias_at,
                                   int32_t zero_point) {
  const size_t rows = static_cast<size_t>(w.shape[1]);
  const size_t columns = static_cast<size_t>(w.shape[2]);
  std::vector<int32_t> result;
  for (size_t row = 0; row < rows; ++row) {
    int64_t sum = 0;
    for (size_t i = 0; i < columns; ++i) {
      sum += LoadElement<int8_t>(*w.data, row * columns + i);
    }
    const int64_t own = bias == nullptr ? 0 : LoadElement<int32_t>(*bias->data, bias_at + row);
    result.push_back(static_cast<int32_t>(
        static_cast<uint32_t>(static_cast<uint64_t>(own - int64_t{zero_point} * sum))));
  }
  return result;
}

Tensor Table32(const std::string& name, const std::vector<int32_t>& values) {
  Tensor t;
  t.name = name;
  t.dtype = DType::kS32;
  t.shape = {static_cast<int32_t>(values.size())};
  std::string bytes;
  for (int32_t value : values) AppendElement(bytes, value);
  t.data = std::make_shared<const std::string>(std::move(bytes));
  return t;
}

absl::StatusOr<er_recurrent_scale_t> Scale(double factor, const Tensor& output) {
  ER_ASSIGN_OR_RETURN(FixedMultiplier fixed, RescaleFactor(factor, output));
  return er_recurrent_scale_t{fixed.multiplier, fixed.shift};
}

}  // namespace

absl::Status VerifyQuantizedLstm(const Graph& graph, const Node& node,
                                 const RecurrentSizes& sizes) {
  ER_RETURN_IF_ERROR(VerifyAttributes(node));
  ER_RETURN_IF_ERROR(RequireInt8PerTensor(In(graph, node, kX)));
  ER_RETURN_IF_ERROR(VerifyWeights(In(graph, node, kW), sizes.hidden));
  ER_RETURN_IF_ERROR(VerifyWeights(In(graph, node, kR), sizes.hidden));
  const Quantization* output = OutputQuantization(graph, node);
  for (size_t i = 0; i < 2 && i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNoTensor) continue;
    ER_RETURN_IF_ERROR(RequireInt8PerTensor(graph.tensor(node.outputs[i])));
    ER_RETURN_IF_ERROR(RequireSameQuantization(graph.tensor(MainOutput(node.outputs)),
                                               graph.tensor(node.outputs[i])));
  }
  if (output == nullptr || !output->per_tensor()) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "the output has no scale; supported is one. Convert the model again");
  }
  if (HasInput(node, kInitialH)) {
    const Tensor& h = In(graph, node, kInitialH);
    ER_RETURN_IF_ERROR(RequireInt8PerTensor(h));
    if (h.quantization != *output) {
      return Refuse("UNSUPPORTED_QUANTIZATION",
                    "state '" + h.name +
                        "' and the output have different scales or zero points; supported is one "
                        "of both. Convert the model again");
    }
  }
  if (HasInput(node, kInitialC) && In(graph, node, kInitialC).dtype != DType::kS16) {
    return Refuse("UNSUPPORTED_TYPE", "cell state '" + In(graph, node, kInitialC).name + "' is " +
                                          DTypeName(In(graph, node, kInitialC).dtype) +
                                          "; supported is int16. Convert the model again");
  }
  if (HasInput(node, kB)) {
    const Tensor& b = In(graph, node, kB);
    if (!b.constant() || b.dtype != DType::kS32) {
      return Refuse("UNSUPPORTED_TYPE", "bias '" + b.name +
                                            "' is computed or of another type; supported is a "
                                            "constant of int32. Convert the model again");
    }
  }
  const double hidden_scale = node.Real("hidden_scale", output->scales[0]);
  const int64_t hidden_zero = node.Int("hidden_zero_point", output->zero_points[0]);
  if (!std::isfinite(hidden_scale) || hidden_scale <= 0 || hidden_zero < -128 ||
      hidden_zero > 127) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "the hidden scale is " + std::to_string(hidden_scale) + ", its zero point " +
                      std::to_string(hidden_zero) +
                      "; supported are a scale above 0 and -128 to 127. Convert the model again");
  }
  return absl::OkStatus();
}

absl::StatusOr<LoweredOp> LowerQuantizedLstm(const Graph& graph, const Node& node,
                                             const RecurrentSizes& sizes) {
  const Tensor& x = In(graph, node, kX);
  const Tensor& w = In(graph, node, kW);
  const Tensor& r = In(graph, node, kR);
  const Tensor* bias = HasInput(node, kB) ? &In(graph, node, kB) : nullptr;
  const Quantization& output = *OutputQuantization(graph, node);
  const Tensor& y = graph.tensor(MainOutput(node.outputs));
  LoweredOp lowered;
  lowered.kernel_op = "lstm";
  lowered.kernel_type = "s8";
  lowered.outputs = node.outputs;
  lowered.outputs.resize(3, kNoTensor);
  er_lstm_s8_params_t p = {};
  p.steps = sizes.steps;
  p.batch = sizes.batch;
  p.inputs = sizes.inputs;
  p.hidden = sizes.hidden;
  p.batch_major = sizes.batch_major;
  p.coupled = node.Text("coupling", "none") == "input";
  p.kept_states = (lowered.outputs[1] == kNoTensor) + (lowered.outputs[2] == kNoTensor);
  p.cell_integer_bits = static_cast<int32_t>(node.Int("cell_integer_bits"));
  const double cell_scale = std::ldexp(1.0, p.cell_integer_bits - 15);
  p.cell_clip =
      static_cast<int32_t>(std::clamp(node.Real("cell_clip", 0) / cell_scale, 0.0, 32767.0));
  p.output_offset = static_cast<int32_t>(node.Int("hidden_zero_point", output.zero_points[0]));
  // In single precision, as TFLite computes these factors.
  for (size_t gate = 0; gate < 4; ++gate) {
    const size_t row = gate * static_cast<size_t>(sizes.hidden);
    const float of_w = w.quantization.scales[row] * x.quantization.scales[0] / kGateScale;
    const float of_r = r.quantization.scales[row] * output.scales[0] / kGateScale;
    ER_ASSIGN_OR_RETURN(p.of_w[gate], Scale(of_w, y));
    ER_ASSIGN_OR_RETURN(p.of_r[gate], Scale(of_r, y));
  }
  const double hidden_scale = node.Real("hidden_scale", output.scales[0]);
  const float of_output =
      static_cast<float>(std::ldexp(1.0, -15) / hidden_scale * std::ldexp(1.0, -15));
  ER_ASSIGN_OR_RETURN(p.of_output, Scale(of_output, y));
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[kX], node.inputs[kW], node.inputs[kR]};
  const size_t rows = static_cast<size_t>(4 * sizes.hidden);
  lowered.inputs.emplace_back(
      Table32(w.name + ".bias", EffectiveBias(w, bias, 0, x.quantization.zero_points[0])));
  lowered.inputs.emplace_back(
      Table32(r.name + ".bias", EffectiveBias(r, bias, rows, output.zero_points[0])));
  for (size_t i : {kInitialH, kInitialC}) {
    lowered.inputs.emplace_back(HasInput(node, i) ? node.inputs[i] : kNoTensor);
  }
  return lowered;
}

}  // namespace edgerack::compiler
