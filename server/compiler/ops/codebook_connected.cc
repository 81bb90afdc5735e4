// codebook_connected(x[..., in], codes[out, bytes], bias[out] or none, book[2^bits]) {bits,
// in_features}: fully_connected whose weights are numbers of a codebook
#include "firmware/kernels/fully_connected/fully_connected.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& codes = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireRank(codes, 2));
  const int64_t features = node.Int("in_features");
  if (features < 1 || features > INT32_MAX || x.elements() % features != 0) {
    return Refuse("BAD_GRAPH", "an input of shape " + ShapeText(x.shape) +
                                   " does not divide into rows of " + std::to_string(features));
  }
  if (node.Int("keep_dims") != 0) {
    Shape shape = x.shape;
    if (shape.empty() || shape.back() != features) {
      return Refuse("BAD_GRAPH", "the last dimension is not in_features");
    }
    shape.back() = codes.shape[0];
    return OneOutput(x.dtype, shape);
  }
  return OneOutput(x.dtype, {static_cast<int32_t>(x.elements() / features), codes.shape[0]});
}

// What remains is the kernel's own check of its operands.
absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  const int64_t bits = node.Int("bits");
  if (bits != 4 && bits != 8) return Refuse("BAD_GRAPH", "codes have 4 or 8 bits");
  for (size_t i : {size_t{1}, size_t{2}, size_t{3}}) {
    if (HasInput(node, i) && !In(graph, node, i).constant()) {
      return Refuse("BAD_GRAPH", "codes, bias and codebook are constants");
    }
  }
  if (!HasInput(node, 3)) return Refuse("BAD_GRAPH", "the codebook is absent");
  return RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]});
}

int64_t Macs(const Graph& graph, const Node& node) {
  return Out(graph, node).elements() * node.Int("in_features");
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const FloatRange range = ActivationRangeFloat(activation);
  const auto in = static_cast<int32_t>(node.Int("in_features"));
  LoweredOp lowered;
  lowered.kernel_op = "fully_connected";
  lowered.kernel_type = kCodebookKernelType;
  lowered.outputs = node.outputs;
  AppendWeightOperands(node, lowered);
  lowered.inputs.push_back(node.inputs[3]);
  lowered.params = ParamsBytes(er_fully_connected_cb_params_t{
      static_cast<int32_t>(In(graph, node, 0).elements() / in), in, In(graph, node, 1).shape[0],
      static_cast<int32_t>(node.Int("bits")), range.min, range.max});
  return lowered;
}

}  // namespace

const OpDef& CodebookConnectedOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "codebook_connected";
    d.summary = "fully_connected with weights from a codebook; option codebook makes it";
    d.types = {"float32"};
    d.limits = {"codes of 8 or 4 bits, one codebook for the layer"};
    d.attributes = {{"act", AttributeSpec::Kind::kText, false},
                    {"keep_dims", AttributeSpec::Kind::kInt, false},
                    {"bits", AttributeSpec::Kind::kInt, true},
                    {"in_features", AttributeSpec::Kind::kInt, true}};
    d.kernels = {"fully_connected"};
    d.min_inputs = 2;
    d.max_inputs = 4;
    d.verify = Verify;
    d.infer = Infer;
    d.macs = Macs;
    d.macc_st = Macs;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
