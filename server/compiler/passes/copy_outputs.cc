// copy-outputs: an output that is an input, a constant or another output under a second name gets
// bytes of its own: the board writes every output in each run.
#include <set>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// The tensor whose bytes `id` is, behind reshapes.
TensorId Origin(const Graph& graph, TensorId id) {
  for (int n = graph.Producer(id); n >= 0; n = graph.Producer(id)) {
    const Node& node = graph.nodes[static_cast<size_t>(n)];
    if (!FindOp(node.op)->alias) break;
    id = node.inputs[0];
  }
  return id;
}

// Puts a copy between the reshape at `index` and what it reads.
void InsertCopy(Graph& graph, size_t index) {
  const Node& reshape = graph.nodes[index];
  const Tensor& from = graph.tensor(reshape.inputs[0]);
  Tensor copied = Derived(from, ".copy");
  Node copy;
  copy.name = reshape.name;
  copy.op = "slice";
  copy.fused_from = reshape.fused_from;
  copy.inputs = {reshape.inputs[0]};
  copy.attributes["begin"] = std::vector<int64_t>(from.shape.size(), 0);
  copy.attributes["end"] = std::vector<int64_t>(from.shape.begin(), from.shape.end());
  copy.outputs = {graph.Add(std::move(copied))};
  graph.nodes[index].inputs[0] = copy.outputs[0];
  graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index), std::move(copy));
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  std::set<TensorId> written;
  for (TensorId output : graph.outputs) {
    const TensorId origin = Origin(graph, output);
    const bool foreign = graph.Producer(origin) < 0;  // an input or a constant
    const bool first = written.insert(origin).second;
    if ((first && !foreign) || origin == output) continue;
    InsertCopy(graph, static_cast<size_t>(graph.Producer(output)));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass CopyOutputsPass() {
  return {"copy-outputs", "outputs that are inputs, constants or other outputs become copies", Run};
}

}  // namespace edgerack::compiler
