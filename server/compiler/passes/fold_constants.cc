// fold-constants: what depends on constants only is computed here, once.
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// A constant may grow by so much; beyond that flash is dearer than computing it in each run, as
// with int8 weights that a model dequantizes.
constexpr int64_t kMaxGrowthBytes = 4096;

bool WorthFolding(const Graph& graph, const Node& node) {
  if (FindOp(node.op)->lower == nullptr && !FindOp(node.op)->alias) return false;
  int64_t in = 0;
  int64_t out = 0;
  for (TensorId id : node.inputs) in += id == kNoTensor ? 0 : graph.tensor(id).bytes();
  for (TensorId id : node.outputs) {
    if (id == kNoTensor) continue;
    if (graph.IsOutput(id)) return false;
    out += graph.tensor(id).bytes();
  }
  return out <= in + kMaxGrowthBytes;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    const Node& node = graph.nodes[n];
    if (!CanEvaluate(graph, node) || !WorthFolding(graph, node)) {
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
