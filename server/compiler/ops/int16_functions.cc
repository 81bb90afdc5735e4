#include "server/compiler/ops/int16_functions.h"

#include <cmath>

#include "firmware/kernels/leaky_relu/leaky_relu.h"
#include "firmware/kernels/logistic/logistic.h"
#include "firmware/kernels/lut/lut.h"
#include "firmware/kernels/unary/unary.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/quant/int16_table.h"

namespace edgerack::compiler {
namespace {

constexpr float kUnitScale = 1.0f / 32768.0f;  // of results between -1 and 1

// e^x, rounded correctly where the double is.
float Exp(float x) { return static_cast<float>(std::exp(static_cast<double>(x))); }

int32_t Count(const Graph& graph, const Node& node) {
  return static_cast<int32_t>(In(graph, node, 0).elements());
}

LoweredOp Base(const Node& node, const char* kernel_op) {
  LoweredOp lowered;
  lowered.kernel_op = kernel_op;
  lowered.kernel_type = "s16";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

// x * `slope` in the output's scale. In single precision, as TFLite's Prepare functions compute it
// (kernels/{activations,elementwise}.cc).
absl::StatusOr<FixedMultiplier> Factor(const Graph& graph, const Node& node, float slope) {
  const Tensor& y = Out(graph, node);
  const float factor = In(graph, node, 0).quantization.scales[0] * slope / y.quantization.scales[0];
  return RescaleFactor(static_cast<double>(factor), y);
}

// x from 0 on, x * negative below.
absl::StatusOr<LoweredOp> LowerSlopes(const Graph& graph, const Node& node, float negative,
                                      IntegerRange range) {
  ER_ASSIGN_OR_RETURN(const FixedMultiplier above, Factor(graph, node, 1.0f));
  ER_ASSIGN_OR_RETURN(FixedMultiplier below, Factor(graph, node, std::abs(negative)));
  if (negative < 0) below.multiplier = -below.multiplier;
  LoweredOp lowered = Base(node, "leaky_relu");
  lowered.params =
      ParamsBytes(er_leaky_relu_s16_params_t{Count(graph, node), above.multiplier, above.shift,
                                             below.multiplier, below.shift, range.min, range.max});
  return lowered;
}

absl::StatusOr<LoweredOp> LowerLogistic(const Graph& graph, const Node& node, bool tanh) {
  const auto scaling = ScaleLogistic(In(graph, node, 0).quantization.scales[0], tanh);
  if (!scaling) return CompilerBug("the function was not verified");
  LoweredOp lowered = Base(node, "logistic");
  lowered.params = ParamsBytes(
      er_logistic_s16_params_t{Count(graph, node), tanh, scaling->multiplier, scaling->shift});
  lowered.inputs.push_back(Int16Operand(node.name + ".table", LogisticTable()));
  return lowered;
}

}  // namespace

absl::Status VerifyInt16Function(const Graph& graph, const Node& node, int32_t function) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  ER_RETURN_IF_ERROR(RequireInt16PerTensor(y));
  switch (function) {
    case ER_UNARY_exp:
    case ER_UNARY_abs:
    case ER_UNARY_leaky_relu:
      return absl::OkStatus();
    case ER_UNARY_sigmoid:
    case ER_UNARY_tanh:
      break;
    default:
      return RefuseType("function '" + node.Text("fn") + "'", x,
                        "quantized int8; of int16 there are abs, exp, leaky_relu, sigmoid, tanh");
  }
  if (y.quantization.scales[0] != kUnitScale) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "int16 " + node.Text("fn") + " with output scale " +
                      std::to_string(y.quantization.scales[0]) +
                      "; supported is 1/32768, to which TFLite fixes it. Convert the model again");
  }
  if (ScaleLogistic(x.quantization.scales[0], function == ER_UNARY_tanh)) return absl::OkStatus();
  return Refuse("UNSUPPORTED_QUANTIZATION",
                "input scale " + std::to_string(x.quantization.scales[0]) + " of int16 " +
                    node.Text("fn") +
                    "; supported are scales up to 2.66. Calibrate the model again");
}

absl::StatusOr<LoweredOp> LowerInt16Function(const Graph& graph, const Node& node, int32_t function,
                                             float alpha) {
  switch (function) {
    case ER_UNARY_abs:
      return LowerSlopes(graph, node, -1.0f, kInt16Range);
    case ER_UNARY_leaky_relu:
      return LowerSlopes(graph, node, alpha, kInt16Range);
    case ER_UNARY_sigmoid:
      return LowerLogistic(graph, node, false);
    case ER_UNARY_tanh:
      return LowerLogistic(graph, node, true);
    default:
      break;
  }
  LoweredOp lowered = Base(node, "lut");
  lowered.params = ParamsBytes(er_lut_s16_params_t{Count(graph, node)});
  lowered.inputs.push_back(Int16Operand(
      node.name + ".table", PiecewiseTable(In(graph, node, 0).quantization.scales[0],
                                           Out(graph, node).quantization.scales[0], Exp)));
  return lowered;
}

absl::StatusOr<LoweredOp> LowerInt16Relu(const Graph& graph, const Node& node,
                                         Activation activation) {
  return LowerSlopes(graph, node, 1.0f, QuantizedRange(activation, Out(graph, node)));
}

}  // namespace edgerack::compiler
