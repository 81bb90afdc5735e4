// remove-dead: removes nodes whose results nobody reads, and tensors that nothing names any more.
#include <set>

#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

int RemoveNodes(Graph& graph) {
  std::set<TensorId> wanted(graph.outputs.begin(), graph.outputs.end());
  int removed = 0;
  for (size_t n = graph.nodes.size(); n-- > 0;) {
    bool used = false;
    for (TensorId id : graph.nodes[n].outputs) {
      used = used || (id != kNoTensor && wanted.count(id) != 0);
    }
    if (used) {
      wanted.insert(graph.nodes[n].inputs.begin(), graph.nodes[n].inputs.end());
    } else {
      graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
      ++removed;
    }
  }
  return removed;
}

int RemoveTensors(Graph& graph) {
  std::vector<bool> used(graph.tensors.size(), false);
  auto mark = [&](const std::vector<TensorId>& ids) {
    for (TensorId id : ids) {
      if (id != kNoTensor) used[Index(id)] = true;
    }
  };
  mark(graph.inputs);
  mark(graph.outputs);
  for (const Node& node : graph.nodes) {
    mark(node.inputs);
    mark(node.outputs);
  }
  std::vector<TensorId> moved(graph.tensors.size(), kNoTensor);
  std::vector<Tensor> kept;
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    if (!used[i]) continue;
    moved[i] = static_cast<TensorId>(kept.size());
    kept.push_back(std::move(graph.tensors[i]));
  }
  const int removed = static_cast<int>(graph.tensors.size() - kept.size());
  graph.tensors = std::move(kept);
  auto renumber = [&](std::vector<TensorId>& ids) {
    for (TensorId& id : ids) {
      if (id != kNoTensor) id = moved[Index(id)];
    }
  };
  renumber(graph.inputs);
  renumber(graph.outputs);
  for (Node& node : graph.nodes) {
    renumber(node.inputs);
    renumber(node.outputs);
  }
  return removed;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  const int nodes = RemoveNodes(graph);
  return nodes + RemoveTensors(graph);
}

}  // namespace

Pass RemoveDeadPass() {
  return {"remove-dead", "removes nodes and tensors that no output needs", Run};
}

}  // namespace edgerack::compiler
