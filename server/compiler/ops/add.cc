// add(a, b) of one shape, with fused clamp
#include "firmware/kernels/add/add.h"

#include <cmath>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/quant/rescale.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& a = In(graph, node, 0);
  const Tensor& b = In(graph, node, 1);
  if (a.shape != b.shape) {
    return Refuse("UNSUPPORTED_SHAPE", "adds " + ShapeText(a.shape) + " and " + ShapeText(b.shape) +
                                           "; supported are operands of one shape. Fold a constant "
                                           "into the bias before it");
  }
  return SameType(a);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireOneActivationType(graph, node, {node.inputs[0], node.inputs[1], node.outputs[0]});
}

int64_t MaccSt(const Graph& graph, const Node& node) { return Out(graph, node).elements(); }

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& y = Out(graph, node);
  const int32_t count = static_cast<int32_t>(y.elements());
  LoweredOp lowered;
  lowered.kernel_op = "add";
  lowered.kernel_type = KernelType(y.dtype);
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  if (y.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(er_add_f32_params_t{count, range.min, range.max});
    return lowered;
  }
  const Quantization& qa = In(graph, node, 0).quantization;
  const Quantization& qb = In(graph, node, 1).quantization;
  const Quantization& qy = y.quantization;
  const AddScaling s = ScaleAdd(qa.scales[0], qb.scales[0], qy.scales[0]);
  ER_RETURN_IF_ERROR(
      RescaleFactor(std::ldexp(static_cast<double>(s.output.multiplier), s.output.shift - 31), y)
          .status());
  const IntegerRange range = QuantizedRange(activation, y);
  lowered.params = ParamsBytes(
      er_add_s8_params_t{count, s.left_shift, -qa.zero_points[0], s.a.multiplier, s.a.shift,
                         -qb.zero_points[0], s.b.multiplier, s.b.shift, qy.zero_points[0],
                         s.output.multiplier, s.output.shift, range.min, range.max});
  return lowered;
}

}  // namespace

const OpDef& AddOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "add";
    d.summary = "elementwise sum, with fused clamp";
    d.types = {"int8", "float32"};
    d.limits = {"both inputs have one shape (no broadcasting)"};
    d.attributes = {{"act", AttributeSpec::Kind::kText, false}};
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
