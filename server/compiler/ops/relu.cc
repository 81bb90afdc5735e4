// relu(x) {act}: a clamp on its own. Pass fuse-activation puts it into the layer before where that
// is exact; pass lower-activation expresses what is left by kernels that clamp.
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]});
}

int64_t MaccSt(const Graph& graph, const Node& node) { return Out(graph, node).elements(); }

absl::StatusOr<LoweredOp> Lower(const Graph&, const Node&) {
  return Refuse("PASS_NEEDED",
                "an activation on its own needs pass lower-activation; do not switch it off");
}

}  // namespace

const OpDef& ReluOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "relu";
    d.summary = "relu, relu6 or relu_n1_to_1; fused into the layer before where that is exact";
    d.types = {"int8", "float32"};
    d.attributes = {{"act", AttributeSpec::Kind::kText, true}};
    d.verify = Verify;
    d.infer = Infer;
    d.macc_st = MaccSt;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
