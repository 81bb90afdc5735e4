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
#include "server/compiler/quant/int16_table.h"
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
  if (elements == Elements::kQuantized16) {
    const bool taken = function <= ER_BINARY_mul || IsExtremum(function);
    return taken ? "" : "float32, integers and quantized int8";
  }
  if (function == ER_BINARY_prelu) return integer ? "float32 and quantized int8" : "";
  if (elements != Elements::kQuantized) return "";
  const bool quantized = function <= ER_BINARY_mul || IsExtremum(function) || Compares(function) ||
                         function == ER_BINARY_squared_difference;
  return quantized ? "" : "float32 and integers";
}

bool IsQuantized(Elements elements) {
  return elements == Elements::kQuantized || elements == Elements::kQuantized16;
}

// TFLite adds and subtracts int16 in a way of its own where all scales are powers of two, unless
// the model says otherwise: inputs are divided by 2^-a and 2^-b, of which one is 1.
struct PowerOfTwoShifts {
  int32_t a = 0, b = 0;  // 0 or less
};

absl::StatusOr<PowerOfTwoShifts> ShiftsOf(const Graph& graph, const Node& node) {
  auto exponent = [](const Tensor& t) { return PowerOfTwo(t.quantization.scales[0]); };
  const auto a = exponent(In(graph, node, 0));
  const auto b = exponent(In(graph, node, 1));
  const auto y = exponent(Out(graph, node));
  if (a && b && y && *a <= *y && *b <= *y && (*a == *y || *b == *y)) {
    return PowerOfTwoShifts{*a - *y, *b - *y};
  }
  return Refuse(
      "UNSUPPORTED_QUANTIZATION",
      "power_of_two is 1 with other scales than it is for; supported are powers of two, the "
      "output's that of one input and not below the other's. Convert the model again");
}

absl::Status VerifyInt16(const Graph& graph, const Node& node, int32_t function) {
  ER_RETURN_IF_ERROR(RequireInt16PerTensor(Out(graph, node)));
  if (node.Int("power_of_two") == 0) return absl::OkStatus();
  if (function == ER_BINARY_add || function == ER_BINARY_sub) {
    return ShiftsOf(graph, node).status();
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE", "power_of_two is 1 of " + node.Text("fn") +
                                             "; supported are add and sub of quantized int16. "
                                             "Convert the model again");
}

absl::Status VerifyQuantized(const Graph& graph, const Node& node, int32_t function) {
  if (Compares(function)) return absl::OkStatus();
  const Tensor& y = Out(graph, node);
  if (y.dtype == DType::kS16) {
    ER_RETURN_IF_ERROR(VerifyInt16(graph, node, function));
  } else {
    ER_RETURN_IF_ERROR(RequireInt8PerTensor(y));
  }
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
  const bool clamps = elements == Elements::kFloat
                          ? !Compares(function)
                          : IsQuantized(elements) && !Compares(function) && !IsExtremum(function);
  if (activation != Activation::kNone && !clamps) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "function '" + node.Text("fn") + "' of " + DTypeName(a.dtype) +
                      "; supported with a fused activation are functions of float32 that are no "
                      "comparison, and of quantized int8 add, sub, mul, squared_difference and "
                      "prelu. Make the activation a layer of its own");
  }
  if (IsQuantized(elements)) return VerifyQuantized(graph, node, function);
  return node.Int("power_of_two") == 0
             ? absl::OkStatus()
             : Refuse("UNSUPPORTED_ATTRIBUTE",
                      "power_of_two is 1 of values that are no quantized int16; "
                      "supported is 0. Convert the model again");
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

// Of a product; TFLite computes it in single precision (kernels/mul.cc, PreluPrepare).
absl::StatusOr<er_binary_scale_t> ProductScale(float a, float b, const Tensor& y) {
  return OutputScale(static_cast<double>(a * b / y.quantization.scales[0]), y);
}

// The constants of TFLite's Prepare functions (kernels/{add,sub,mul,squared_difference,
// comparisons,activations}.cc).
absl::Status ScaleOperands(float a_scale, float b_scale, const Tensor& out,
                           er_binary_s8_params_t& p) {
  const double a = static_cast<double>(a_scale), b = static_cast<double>(b_scale);
  if (Compares(p.function)) {
    p.left_shift = 8;
    p.a = Scale(a);
    p.b = Scale(b);
    return absl::OkStatus();
  }
  const double y = static_cast<double>(out.quantization.scales[0]);
  if (p.function == ER_BINARY_mul || p.function == ER_BINARY_prelu) {
    if (p.function == ER_BINARY_prelu) {
      ER_ASSIGN_OR_RETURN(p.a, ProductScale(a_scale, 1.0f, out));
    }
    ER_ASSIGN_OR_RETURN(p.output, ProductScale(a_scale, b_scale, out));
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
  ER_RETURN_IF_ERROR(ScaleOperands(qa.scales[0], qb.scales[0], y, p));
  if (!Compares(function)) {
    ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
    const IntegerRange range = QuantizedRange(activation, y);
    p.output_offset = y.quantization.zero_points[0];
    p.act_min = range.min;
    p.act_max = range.max;
  }
  lowered.kernel_type = "s8";
  lowered.params = ParamsBytes(p);
  return lowered;
}

absl::StatusOr<LoweredOp> LowerInt16(const Graph& graph, const Node& node, int32_t function,
                                     LoweredOp lowered) {
  const float a_scale = In(graph, node, 0).quantization.scales[0];
  const float b_scale = In(graph, node, 1).quantization.scales[0];
  const Tensor& out = Out(graph, node);
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const IntegerRange range = QuantizedRange(activation, out);
  er_binary_s16_params_t p = {};
  p.walk = WalkOf(graph, node);
  p.function = function;
  p.act_min = range.min;
  p.act_max = range.max;
  if (function == ER_BINARY_mul) {
    ER_ASSIGN_OR_RETURN(p.output, ProductScale(a_scale, b_scale, out));
  } else if (node.Int("power_of_two") != 0) {
    ER_ASSIGN_OR_RETURN(const PowerOfTwoShifts shifts, ShiftsOf(graph, node));
    p.power_of_two = 1;
    p.a.shift = shifts.a;
    p.b.shift = shifts.b;
  } else {
    p.left_shift = 15;
    const double a = static_cast<double>(a_scale), b = static_cast<double>(b_scale);
    const double y = static_cast<double>(out.quantization.scales[0]);
    const double twice_max = 2.0 * std::max(a, b);
    p.a = Scale(a / twice_max);
    p.b = Scale(b / twice_max);
    ER_ASSIGN_OR_RETURN(p.output, OutputScale(twice_max / ((1 << p.left_shift) * y), out));
  }
  lowered.kernel_type = "s16";
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
  if (elements == Elements::kQuantized16 && !IsExtremum(function)) {
    return LowerInt16(graph, node, function, std::move(lowered));
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
                "quantized int16: add, sub, mul, max, min",
                "max and min of quantized values need one scale for operands and result",
                "integers: all but atan2 and prelu; bool: and, or, xor, equal, not_equal"};
    d.attributes = {{"fn", AttributeSpec::Kind::kText, true},
                    {"act", AttributeSpec::Kind::kText, false},
                    {"fmod", AttributeSpec::Kind::kInt, false},
                    {"power_of_two", AttributeSpec::Kind::kInt, false}};
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
