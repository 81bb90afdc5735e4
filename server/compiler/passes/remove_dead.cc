// remove-dead: removes nodes, optional outputs and states whose values nobody reads, and tensors
// that nothing names any more.
#include <set>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool Writes(const Node& node, const std::set<TensorId>& wanted) {
  for (TensorId id : node.outputs) {
    if (id != kNoTensor && wanted.count(id) != 0) return true;
  }
  return false;
}

// Everything that graph outputs depend on, through the next values of the states they read.
std::set<TensorId> WantedTensors(const Graph& graph) {
  std::set<TensorId> wanted(graph.outputs.begin(), graph.outputs.end());
  for (bool grown = true; grown;) {
    grown = false;
    for (size_t n = graph.nodes.size(); n-- > 0;) {
      const Node& node = graph.nodes[n];
      if (Writes(node, wanted)) wanted.insert(node.inputs.begin(), node.inputs.end());
    }
    for (const State& state : graph.states) {
      if (wanted.count(state.tensor) != 0) grown = wanted.insert(state.next).second || grown;
    }
  }
  return wanted;
}

// Outputs an operator may leave out are not computed for nobody.
int RemoveOutputs(Node& node, const std::set<TensorId>& wanted) {
  int removed = 0;
  for (size_t i = FindOp(node.op)->min_outputs; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNoTensor || wanted.count(node.outputs[i]) != 0) continue;
    node.outputs[i] = kNoTensor;
    ++removed;
  }
  return removed;
}

int RemoveNodes(Graph& graph) {
  const std::set<TensorId> wanted = WantedTensors(graph);
  int removed = static_cast<int>(
      std::erase_if(graph.nodes, [&](const Node& node) { return !Writes(node, wanted); }));
  for (Node& node : graph.nodes) removed += RemoveOutputs(node, wanted);
  removed += static_cast<int>(std::erase_if(
      graph.states, [&](const State& state) { return wanted.count(state.tensor) == 0; }));
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
  for (const State& state : graph.states) mark({state.tensor, state.next});
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
  for (State& state : graph.states) {
    state = {moved[Index(state.tensor)], moved[Index(state.next)]};
  }
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
