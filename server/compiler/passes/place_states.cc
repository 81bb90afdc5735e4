// place-states: after it, every state's next value is computed where the state lies. Where that is
// not so by itself (the value is also another state's, is an input, or the old value is still read
// later), a copy at the end of the run makes it so.
#include "server/compiler/lower/state_place.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

TensorId AppendCopy(Graph& graph, TensorId from, const std::string& name) {
  Tensor copy = graph.tensor(from);
  copy.name = name;
  copy.data = nullptr;
  const TensorId to = graph.Add(std::move(copy));
  Node node;
  node.name = graph.tensor(to).name;
  node.op = "copy";
  node.inputs = {from};
  node.outputs = {to};
  graph.nodes.push_back(std::move(node));
  return to;
}

// An output that shows a state's old value would show the new one: it gets the bytes of its own.
int SeparateOutputs(Graph& graph) {
  int changes = 0;
  for (TensorId& output : graph.outputs) {
    const TensorId source = AliasSource(graph, output);
    if (graph.StateOf(source) == nullptr) continue;
    output = AppendCopy(graph, output, graph.tensor(output).name + ".value");
    ++changes;
  }
  return changes;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = SeparateOutputs(graph);
  // A copy may read another state, which is then read to the end; a copy of the copy is not.
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < graph.states.size(); ++i) {
      if (NextFitsStatePlace(graph, graph.states[i])) continue;
      const State state = graph.states[i];
      const std::string name = graph.tensor(state.tensor).name + ".next";
      graph.states[i].next = AppendCopy(graph, state.next, name);
      ++changes;
    }
  }
  return changes;
}

}  // namespace

Pass PlaceStatesPass() {
  return {"place-states", "states whose next value cannot be computed in their place get a copy",
          Run};
}

}  // namespace edgerack::compiler
