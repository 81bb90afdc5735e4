// binary_pool2d(x[n,h,w,c] bits, every[c] int1) {…}: whether any bit of a window is set, or each,
// per channel
#include "firmware/kernels/binary_pool2d/binary_pool2d.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/window.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRank(x, 4));
  ER_ASSIGN_OR_RETURN(const Window window, ReadWindow(node, 1, 1));
  ER_ASSIGN_OR_RETURN(Shape shape, WindowOutput(x, window, x.shape[3]));
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& every = In(graph, node, 1);
  if (!IsBits(x.dtype)) return RefuseType("a binary pooling", x, "int1 and uint1");
  if (!every.constant() || every.dtype != DType::kS1 || every.shape != Shape{x.shape[3]}) {
    return Refuse("UNSUPPORTED_TYPE", "tensor '" + every.name + "' is " + DTypeName(every.dtype) +
                                          " " + ShapeText(every.shape) +
                                          "; supported is a constant of int1, one per channel. "
                                          "Binarize the layer again");
  }
  ER_ASSIGN_OR_RETURN(const Window w, ReadWindow(node, 1, 1));
  if (w.pad_top < w.kernel_h && w.pad_bottom < w.kernel_h && w.pad_left < w.kernel_w &&
      w.pad_right < w.kernel_w) {
    return absl::OkStatus();
  }
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "the padding is as large as the pooling window, which leaves outputs without any "
                "input; supported is less padding. Pad in a layer of its own");
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Out(graph, node).elements() * node.Int("kernel_h") * node.Int("kernel_w");
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Window w, ReadWindow(node, 1, 1));
  const Shape& x = In(graph, node, 0).shape;
  const Shape& y = Out(graph, node).shape;
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "s1";
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  lowered.params =
      ParamsBytes(er_pool2d_shape_t{x[0], x[1], x[2], x[3], y[1], y[2], w.kernel_h, w.kernel_w,
                                    w.stride_h, w.stride_w, w.pad_top, w.pad_left});
  return lowered;
}

}  // namespace

const OpDef& BinaryPool2dOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "binary_pool2d";
    d.summary = "maximum (or, where a threshold turned the order, minimum) of bits over a window";
    d.types = {"int1", "uint1"};
    d.limits = {"padding is smaller than the window"};
    d.attributes = WindowAttributes(true, false);
    std::erase_if(d.attributes,
                  [](const AttributeSpec& a) { return std::string_view(a.name) == "act"; });
    d.min_inputs = 2;
    d.max_inputs = 2;
    d.verify = Verify;
    d.infer = Infer;
    d.macc_st = MaccSt;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
