// fold-constants: a reshape of a constant is a constant.
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node& node = graph.nodes[n];
    const Tensor& input = graph.tensor(node.inputs[0]);
    if (!FindOp(node.op)->alias || !input.constant() || graph.IsOutput(node.outputs[0])) {
      ++n;
      continue;
    }
    graph.tensor(node.outputs[0]).data = input.data;
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FoldConstantsPass() {
  return {"fold-constants", "a reshape of a constant is a constant", Run};
}

}  // namespace edgerack::compiler
