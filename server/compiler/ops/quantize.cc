// quantize(x) {to, round}: float32 to integers, dequantize(x): integers to float32, requantize(x)
// {to}: integers to another type, scale and zero point
#include "firmware/kernels/quantize/quantize.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  if (node.op == "dequantize") return OneOutput(DType::kF32, x.shape);
  const std::optional<DType> to = ParseDType(node.Text("to", "int8"));
  if (to == DType::kS8 || to == DType::kU8 || to == DType::kS16) return OneOutput(*to, x.shape);
  return Refuse("UNSUPPORTED_TYPE",
                "to is " + node.Text("to") +
                    "; supported are int8, uint8 and int16. Quantize the model to one of these");
}

absl::Status RequireFloat(const Tensor& t) {
  if (t.dtype == DType::kF32) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", "tensor '" + t.name + "' is " + DTypeName(t.dtype) +
                                        "; supported are conversions between float32, int8, uint8 "
                                        "and int16. Cast it in the model");
}

// int8, uint8, int16, and int32 where it is read, with scales.
absl::Status RequireScales(const Tensor& t, bool read, bool per_tensor) {
  const bool type = t.dtype == DType::kS8 || t.dtype == DType::kU8 || t.dtype == DType::kS16 ||
                    (read && t.dtype == DType::kS32);
  if (type && (t.quantization.per_tensor() || (t.quantization.quantized() && !per_tensor))) {
    return absl::OkStatus();
  }
  return Refuse("UNSUPPORTED_QUANTIZATION",
                "tensor '" + t.name + "' is " + DTypeName(t.dtype) + " with " +
                    std::to_string(t.quantization.scales.size()) +
                    " scales; supported are int8, uint8 and int16 with " +
                    (per_tensor ? "exactly one scale and zero point" : "their scales") +
                    ". Quantize the model again");
}

absl::Status VerifyQuantize(const Graph& graph, const Node& node) {
  const std::string round = node.Text("round", "away");
  if (round != "away" && round != "even") {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "round is " + round + "; supported are away and even. Export the model again");
  }
  ER_RETURN_IF_ERROR(RequireFloat(In(graph, node, 0)));
  return RequireScales(Out(graph, node), false, false);
}

absl::Status VerifyDequantize(const Graph& graph, const Node& node) {
  return RequireScales(In(graph, node, 0), true, false);
}

absl::Status VerifyRequantize(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireScales(In(graph, node, 0), true, true));
  return RequireScales(Out(graph, node), false, true);
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 2 * Out(graph, node).elements(); }

LoweredOp Base(const Node& node, const char* kernel_type) {
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = kernel_type;
  lowered.inputs = {Operand(node.inputs[0])};
  lowered.outputs = node.outputs;
  return lowered;
}

template <typename T>
Operand PerSlice(const Node& node, const char* what, DType dtype, const std::vector<T>& values) {
  Tensor t;
  t.name = node.name + what;
  t.dtype = dtype;
  t.shape = {static_cast<int32_t>(values.size())};
  t.data = std::make_shared<const std::string>(BytesOf(values));
  return Operand(std::move(t));
}

absl::StatusOr<LoweredOp> LowerConversion(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& integers = x.dtype == DType::kF32 ? Out(graph, node) : x;
  const Quantization& q = integers.quantization;
  const bool even = node.Text("round", "away") == "even";
  if (integers.dtype == DType::kS8 && q.per_tensor() && !even) {  // the usual case, by fast code
    LoweredOp lowered = Base(node, KernelType(x.dtype));
    lowered.params = ParamsBytes(
        er_quantize_params_t{static_cast<int32_t>(x.elements()), q.scales[0], q.zero_points[0]});
    return lowered;
  }
  LoweredOp lowered = Base(node, "any");
  const er_axis_t whole = {1, 1, static_cast<int32_t>(x.elements())};
  lowered.params = ParamsBytes(er_quantize_any_params_t{
      q.per_tensor() ? whole : AxisView(x.shape, static_cast<size_t>(q.axis)),
      static_cast<int32_t>(integers.dtype), even});
  lowered.inputs.push_back(PerSlice(node, ".scales", DType::kF32, q.scales));
  lowered.inputs.push_back(PerSlice(node, ".zero_points", DType::kS32, q.zero_points));
  return lowered;
}

absl::StatusOr<LoweredOp> LowerRequantize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  const Quantization& qx = x.quantization;
  const Quantization& qy = y.quantization;
  ER_ASSIGN_OR_RETURN(
      const FixedMultiplier fixed,
      RescaleFactor(static_cast<double>(qx.scales[0]) / static_cast<double>(qy.scales[0]), y));
  const int32_t count = static_cast<int32_t>(x.elements());
  if (x.dtype == DType::kS8 && y.dtype == DType::kS8) {
    LoweredOp lowered = Base(node, "s8");
    lowered.params = ParamsBytes(er_requantize_s8_params_t{
        count, -qx.zero_points[0], qy.zero_points[0], fixed.multiplier, fixed.shift});
    return lowered;
  }
  LoweredOp lowered = Base(node, "any");
  lowered.params = ParamsBytes(er_requantize_any_params_t{
      count, static_cast<int32_t>(x.dtype), static_cast<int32_t>(y.dtype), -qx.zero_points[0],
      qy.zero_points[0], fixed.multiplier, fixed.shift});
  return lowered;
}

OpDef ConversionOp(const char* name, const char* summary, std::vector<const char*> types) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = std::move(types);
  d.elementwise = true;
  d.infer = Infer;
  d.macc_st = MaccSt;
  return d;
}

constexpr AttributeSpec kTo = {"to", AttributeSpec::Kind::kText, false};

}  // namespace

const OpDef& QuantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("quantize", "float32 to int8, uint8 or int16",
                           {"float32", "int8", "uint8", "int16"});
    d.limits = {"one scale and zero point, or one per slice of a dimension"};
    d.attributes = {kTo, {"round", AttributeSpec::Kind::kText, false}};
    d.verify = VerifyQuantize;
    d.lower = LowerConversion;
    return d;
  }();
  return op;
}

const OpDef& DequantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("dequantize", "int8, uint8, int16 or int32 to float32",
                           {"float32", "int8", "uint8", "int16", "int32"});
    d.limits = {"one scale and zero point, or one per slice of a dimension"};
    d.verify = VerifyDequantize;
    d.lower = LowerConversion;
    return d;
  }();
  return op;
}

const OpDef& RequantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("requantize", "integers to another type, scale and zero point",
                           {"int8", "uint8", "int16", "int32"});
    d.limits = {"one scale and zero point each; int32 is only read"};
    d.attributes = {kTo};
    d.verify = VerifyRequantize;
    d.lower = LowerRequantize;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
