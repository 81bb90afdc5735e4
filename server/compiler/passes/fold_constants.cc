// fold-constants: what depends on constants only is computed here, once.
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool WritesAnOutput(const Graph& graph, const Node& node) {
  for (TensorId id : node.outputs) {
    if (id != kNoTensor && graph.IsOutput(id)) return true;
  }
  return false;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node& node = graph.nodes[n];
    if (!CanEvaluate(graph, node) || !WorthEvaluating(graph, node) || WritesAnOutput(graph, node)) {
      ++n;
      continue;
    }
    auto values = Evaluate(graph, n);
    if (!values.ok()) {  // a later pass may replace it; else lowering refuses it with its reason
      ++n;
      continue;
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] == kNoTensor) continue;
      graph.tensor(node.outputs[i]).data =
          std::make_shared<const std::string>(std::move((*values)[i]));
    }
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FoldConstantsPass() {
  return {"fold-constants", "what depends on constants only is computed at compile time", Run};
}

}  // namespace edgerack::compiler
