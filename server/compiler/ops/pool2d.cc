// max_pool2d(x), avg_pool2d(x): NHWC, padding never contributes
#include "firmware/kernels/pool2d/pool2d.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/window.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Window window, ReadWindow(node, 1, 1));
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRank(x, 4));
  ER_ASSIGN_OR_RETURN(Shape shape, WindowOutput(x, window, x.shape[3]));
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  ER_ASSIGN_OR_RETURN(Window w, ReadWindow(node, 1, 1));
  if (w.pad_top >= w.kernel_h || w.pad_bottom >= w.kernel_h || w.pad_left >= w.kernel_w ||
      w.pad_right >= w.kernel_w) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "padding as large as the pooling window leaves outputs without any input");
  }
  return RequireSameQuantization(In(graph, node, 0), Out(graph, node));
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Out(graph, node).elements() * node.Int("kernel_h") * node.Int("kernel_w");
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Window w, ReadWindow(node, 1, 1));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  er_pool2d_shape_t s = {};
  s.batch = x.shape[0];
  s.in_h = x.shape[1];
  s.in_w = x.shape[2];
  s.channels = x.shape[3];
  s.out_h = y.shape[1];
  s.out_w = y.shape[2];
  s.kernel_h = w.kernel_h;
  s.kernel_w = w.kernel_w;
  s.stride_h = w.stride_h;
  s.stride_w = w.stride_w;
  s.pad_top = w.pad_top;
  s.pad_left = w.pad_left;
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = KernelType(x.dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(er_pool2d_f32_params_t{s, range.min, range.max});
    return lowered;
  }
  const Quantization& q = y.quantization;
  const Int8Range range = ActivationRangeInt8(activation, q.scales[0], q.zero_points[0]);
  lowered.params = ParamsBytes(er_pool2d_s8_params_t{s, range.min, range.max});
  return lowered;
}

OpDef PoolOp(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int8", "float32"};
  d.limits = {"int8 input and output have the same scale and zero point"};
  d.attributes = WindowAttributes(true, false);
  d.verify = Verify;
  d.infer = Infer;
  d.macc_st = MaccSt;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& MaxPool2dOp() {
  static const OpDef op = PoolOp("max_pool2d", "maximum over a window, with fused clamp");
  return op;
}

const OpDef& AvgPool2dOp() {
  static const OpDef op =
      PoolOp("avg_pool2d", "average over the inputs inside a window, with fused clamp");
  return op;
}

}  // namespace edgerack::compiler
