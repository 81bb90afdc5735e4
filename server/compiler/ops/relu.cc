// relu(x) {act}: a clamp. Pass fuse-activation puts it into the layer before where that is exact.
#include <limits>

#include "firmware/kernels/unary/unary.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/int16_functions.h"
#include "server/compiler/ops/int8_table_lowering.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken);
}

int64_t MaccSt(const Graph& graph, const Node& node) { return Out(graph, node).elements(); }

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const int32_t count = static_cast<int32_t>(x.elements());
  if (x.dtype == DType::kS8) {
    const Quantization& qx = x.quantization;
    const Quantization& qy = Out(graph, node).quantization;
    return LowerInt8Table(node, count,
                          TableOfActivation({qx.scales[0], qx.zero_points[0]},
                                            {qy.scales[0], qy.zero_points[0]}, activation));
  }
  if (x.dtype == DType::kS16) return LowerInt16Relu(graph, node, activation);
  FloatRange range = ActivationRangeFloat(activation);
  constexpr float kLargest = std::numeric_limits<float>::max();
  if (range.min == -kLargest) range.min = -std::numeric_limits<float>::infinity();
  if (range.max == kLargest) range.max = std::numeric_limits<float>::infinity();
  LoweredOp lowered;
  lowered.kernel_op = "unary";
  lowered.kernel_type = "f32";
  lowered.params = ParamsBytes(er_unary_f32_params_t{ER_UNARY_clip, count, range.min, range.max});
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& ReluOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "relu";
    d.summary = "relu, relu6 or relu_n1_to_1; fused into the layer before where that is exact";
    d.types = {"int8", "int16", "float32"};
    d.attributes = {{"act", AttributeSpec::Kind::kText, true}};
    d.kernels = {"unary", "lut"};
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
