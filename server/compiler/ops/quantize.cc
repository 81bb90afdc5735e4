// quantize: float32 to int8, dequantize: int8 to float32, requantize: int8 to another scale
#include "firmware/kernels/quantize/quantize.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  return OneOutput(node.op == "dequantize" ? DType::kF32 : DType::kS8, x.shape);
}

absl::Status RequireFloat(const Tensor& t) {
  if (t.dtype == DType::kF32) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", "tensor '" + t.name + "' is " + DTypeName(t.dtype) +
                                        "; conversions between float32 and int8 and between int8 "
                                        "scales are supported");
}

absl::Status VerifyQuantize(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireFloat(In(graph, node, 0)));
  return RequireInt8PerTensor(Out(graph, node));
}

absl::Status VerifyDequantize(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireInt8PerTensor(In(graph, node, 0)));
  return RequireFloat(Out(graph, node));
}

absl::Status VerifyRequantize(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireInt8PerTensor(In(graph, node, 0)));
  return RequireInt8PerTensor(Out(graph, node));
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 2 * Out(graph, node).elements(); }

LoweredOp Base(const Graph& graph, const Node& node) {
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = KernelType(In(graph, node, 0).dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

absl::StatusOr<LoweredOp> LowerConversion(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& quantized = x.dtype == DType::kS8 ? x : Out(graph, node);
  LoweredOp lowered = Base(graph, node);
  lowered.params = ParamsBytes(er_quantize_params_t{static_cast<int32_t>(x.elements()),
                                                    quantized.quantization.scales[0],
                                                    quantized.quantization.zero_points[0]});
  return lowered;
}

absl::StatusOr<LoweredOp> LowerRequantize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Quantization& qx = x.quantization;
  const Quantization& qy = Out(graph, node).quantization;
  ER_ASSIGN_OR_RETURN(
      const FixedMultiplier fixed,
      RescaleFactor(static_cast<double>(qx.scales[0]) / static_cast<double>(qy.scales[0]),
                    Out(graph, node)));
  LoweredOp lowered = Base(graph, node);
  lowered.params =
      ParamsBytes(er_requantize_s8_params_t{static_cast<int32_t>(x.elements()), -qx.zero_points[0],
                                            qy.zero_points[0], fixed.multiplier, fixed.shift});
  return lowered;
}

OpDef ConversionOp(const char* name, const char* summary, std::vector<const char*> types) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = std::move(types);
  d.limits = {"int8 has one scale and zero point"};
  d.elementwise = true;
  d.infer = Infer;
  d.macc_st = MaccSt;
  return d;
}

}  // namespace

const OpDef& QuantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("quantize", "float32 to int8", {"float32"});
    d.verify = VerifyQuantize;
    d.lower = LowerConversion;
    return d;
  }();
  return op;
}

const OpDef& DequantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("dequantize", "int8 to float32", {"int8"});
    d.elementwise = false;  // the output's elements are wider than the input's
    d.verify = VerifyDequantize;
    d.lower = LowerConversion;
    return d;
  }();
  return op;
}

const OpDef& RequantizeOp() {
  static const OpDef op = [] {
    OpDef d = ConversionOp("requantize", "int8 to int8 of another scale and zero point", {"int8"});
    d.verify = VerifyRequantize;
    d.lower = LowerRequantize;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
