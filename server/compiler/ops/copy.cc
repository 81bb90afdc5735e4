// copy(x): the same bytes at another place
#include "firmware/kernels/copy/copy.h"

#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  return RequireSameQuantization(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  LoweredOp lowered;
  lowered.kernel_op = "copy";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(er_copy_params_t{static_cast<uint32_t>(In(graph, node, 0).bytes())});
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& CopyOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "copy";
    d.summary = "the same bytes at another place; made for states";
    d.types = {"float32", "int8", "uint8", "int16", "int32", "int64", "bool"};
    d.elementwise = true;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
