// binary(a, b) {fn, act}: a function of two operands with numpy's broadcasting
#include "firmware/kernels/binary/binary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"
#include "server/compiler/quant/rescale.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<int32_t> FunctionOf(const Node& node) {
  static const std::map<std::string, int32_t> functions = {
#define ER_BINARY(number, name) {#name, number},
#include "firmware/kernels/binary/functions.inc"
#undef ER_BINARY
  };
  const std::string name = node.Text("fn");
  auto found = functions.find(name);
  if (found == functions.end()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "fn is " + name +
                      "; supported are the functions of firmware/kernels/binary/functions.inc. Use "
                      "one of these");
  }
  if (found->second == ER_BINARY_mod && node.Int("fmod") != 0) return ER_BINARY_fmod;
  return found->second;
}

bool Compares(int32_t function) { return function >= ER_BINARY_equal; }
bool OfBools(int32_t function) { return function >= ER_BINARY_and && function <= ER_BINARY_xor; }
bool OfBits(int32_t function) {
  return function >= ER_BINARY_bit_and && function <= ER_BINARY_shift_right;
}
bool IsExtremum(int32_t function) { return function == ER_BINARY_max || function == ER_BINARY_min; }

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(int32_t function, FunctionOf(node));
  const Tensor& a = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Shape shape, BroadcastShapes({a.shape, In(graph, node, 1).shape}));
  return OneOutput(Compares(function) ? DType::kBool : a.dtype, std::move(shape));
}

// "float32", "bool", ... where the function does not take the elements; empty where it does.
const char* Takes(int32_t function, Elements elements, DType dtype) {
  if (OfBools(function)) return dtype == DType::kBool ? "" : "bool";
  const bool integer = elements == Elements::kInteger;
  if (OfBits(function)) return integer && dtype != DType::kBool ? "" : "integers";
  if (dtype == DType::kBool) {
    const bool equality = function == ER_BINARY_equal || function == ER_BINARY_not_equal;
    return equality ? "" : "numbers";
  }
  if (function == ER_BINARY_atan2) return elements == Elements::kFloat ? "" : "float32";
  if (function == ER_BINARY_prelu) return integer ? "float32 and quantized int8" : "";
  if (elements != Elements::kQuantized) return "";
  const bool quantized = function <= ER_BINARY_mul || IsExtremum(function) || Compares(function) ||
                         function == ER_BINARY_squared_difference;
  return quantized ? "" : "float32 and integers";
}

absl::Status VerifyQuantized(const Graph& graph, const Node& node, int32_t function) {
  if (Compares(function)) return absl::OkStatus();
  const Tensor& y = Out(graph, node);
  ER_RETURN_IF_ERROR(RequireInt8PerTensor(y));
  if (!IsExtremum(function)) return absl::OkStatus();
  ER_RETURN_IF_ERROR(RequireSameQuantization(In(graph, node, 0), y));
  return RequireSameQuantization(In(graph, node, 1), y);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(int32_t function, FunctionOf(node));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& a = In(graph, node, 0);
  const Tensor& b = In(graph, node, 1);
  if (a.dtype != b.dtype ||
      (a.dtype != DType::kF32 && a.quantization.quantized() != b.quantization.quantized())) {
    return Refuse("UNSUPPORTED_TYPE", "operands '" + a.name + "' and '" + b.name + "' are " +
                                          DTypeName(a.dtype) + " and " + DTypeName(b.dtype) +
                                          "; supported are operands of one type, both quantized "
                                          "or both not. Cast one of them in the model");
  }
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(a));
  ER_RETURN_IF_ERROR(ElementsOf(b).status());
  const std::string takes = Takes(function, elements, a.dtype);
  if (!takes.empty()) return RefuseType("function '" + node.Text("fn") + "'", a, takes);
  const bool clamps =
      elements == Elements::kFloat
          ? !Compares(function)
          : elements == Elements::kQuantized && !Compares(function) && !IsExtremum(function);
  if (activation != Activation::kNone && !clamps) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "function '" + node.Text("fn") + "' of " + DTypeName(a.dtype) +
                      "; supported with a fused activation are functions of float32 that are no "
                      "comparison, and of quantized int8 add, sub, mul, squared_difference and "
                      "prelu. Make the activation a layer of its own");
  }
  return elements == Elements::kQuantized ? VerifyQuantized(graph, node, function)
                                          : absl::OkStatus();
}

int64_t MaccSt(const Graph& graph, const Node& node) { return Out(graph, node).elements(); }

er_walk_shape_t WalkOf(const Graph& graph, const Node& node) {
  const Shape& to = Out(graph, node).shape;
  return MakeWalk(to, {BroadcastStrides(In(graph, node, 0).shape, to),
                       BroadcastStrides(In(graph, node, 1).shape, to)});
}

er_binary_scale_t Scale(double factor) {
  const FixedMultiplier fixed = QuantizeMultiplier(factor);
  return {fixed.multiplier, fixed.shift};
}

absl::StatusOr<er_binary_scale_t> OutputScale(double factor, const Tensor& y) {
  ER_ASSIGN_OR_RETURN(const FixedMultiplier fixed, RescaleFactor(factor, y));
  return er_binary_scale_t{fixed.multiplier, fixed.shift};
}

// The constants of TFLite's Prepare functions (kernels/{add,sub,mul,squared_difference,
// comparisons,activations}.cc).
absl::Status ScaleOperands(double a, double b, const Tensor& out, er_binary_s8_params_t& p) {
  if (Compares(p.function)) {
    p.left_shift = 8;
    p.a = Scale(a);
    p.b = Scale(b);
    return absl::OkStatus();
  }
  const double y = static_cast<double>(out.quantization.scales[0]);
  if (p.function == ER_BINARY_mul || p.function == ER_BINARY_prelu) {
    if (p.function == ER_BINARY_prelu) {
      ER_ASSIGN_OR_RETURN(p.a, OutputScale(a / y, out));
    }
    ER_ASSIGN_OR_RETURN(p.output, OutputScale(a * b / y, out));
    return absl::OkStatus();
  }
  const bool squares = p.function == ER_BINARY_squared_difference;
  p.left_shift = squares ? 7 : 20;
  const double twice_max = 2.0 * std::max(a, b);
  p.a = Scale(a / twice_max);
  p.b = Scale(b / twice_max);
  const double real =
      squares ? twice_max * twice_max / ((1 << 14) * y) : twice_max / ((1 << 20) * y);
  ER_ASSIGN_OR_RETURN(p.output, OutputScale(real, out));
  return absl::OkStatus();
}

absl::StatusOr<LoweredOp> LowerQuantized(const Graph& graph, const Node& node, int32_t function,
                                         LoweredOp lowered) {
  const Quantization& qa = In(graph, node, 0).quantization;
  const Quantization& qb = In(graph, node, 1).quantization;
  const Tensor& y = Out(graph, node);
  er_binary_s8_params_t p = {};
  p.walk = WalkOf(graph, node);
  p.function = function;
  p.a_offset = -qa.zero_points[0];
  p.b_offset = -qb.zero_points[0];
  p.act_min = -128;
  p.act_max = 127;
  ER_RETURN_IF_ERROR(
      ScaleOperands(static_cast<double>(qa.scales[0]), static_cast<double>(qb.scales[0]), y, p));
  if (!Compares(function)) {
    ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
    const Int8Range range =
        ActivationRangeInt8(activation, y.quantization.scales[0], y.quantization.zero_points[0]);
    p.output_offset = y.quantization.zero_points[0];
    p.act_min = range.min;
    p.act_max = range.max;
  }
  lowered.kernel_type = "s8";
  lowered.params = ParamsBytes(p);
  return lowered;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(int32_t function, FunctionOf(node));
  const Tensor& a = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Elements elements, ElementsOf(a));
  LoweredOp lowered;
  lowered.kernel_op = "binary";
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  if (elements == Elements::kQuantized && !IsExtremum(function)) {
    return LowerQuantized(graph, node, function, std::move(lowered));
  }
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  er_binary_params_t p = {};
  p.walk = WalkOf(graph, node);
  p.function = function;
  p.dtype = static_cast<int32_t>(a.dtype);
  const FloatRange range = ActivationRangeFloat(activation);
  p.act_min = range.min;
  p.act_max = range.max;
  p.clamps = activation != Activation::kNone;
  lowered.kernel_type = elements == Elements::kFloat ? "f32" : "int";
  lowered.params = ParamsBytes(p);
  return lowered;
}

}  // namespace

const OpDef& BinaryOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "binary";
    d.summary =
        "a function of two operands with broadcasting: add, mul, pow, less, and, ... "
        "(attribute fn), with fused clamp";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.limits = {"quantized int8: add, sub, mul, max, min, squared_difference, prelu, comparisons",
                "max and min of quantized int8 need one scale for operands and result",
                "integers: all but atan2 and prelu; bool: and, or, xor, equal, not_equal"};
    d.attributes = {{"fn", AttributeSpec::Kind::kText, true},
                    {"act", AttributeSpec::Kind::kText, false},
                    {"fmod", AttributeSpec::Kind::kInt, false}};
    d.min_inputs = 2;
    d.max_inputs = 2;
    d.elementwise = true;
    d.verify = Verify;
    d.infer = Infer;
    d.macc_st = MaccSt;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
