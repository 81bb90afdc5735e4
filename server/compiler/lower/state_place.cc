#include "server/compiler/lower/state_place.h"

#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

bool IsAlias(const Node& node) { return FindOp(node.op)->alias; }

bool MayOverwrite(const Node& node, TensorId output, size_t input) {
  const OpDef& op = *FindOp(node.op);
  if (op.elementwise && node.outputs[0] == output) return true;
  for (const auto& [out, in] : op.overwrites) {
    if (in == input && out < node.outputs.size() && node.outputs[out] == output) return true;
  }
  return false;
}

// Reads of the state's bytes by the node, other than in operands that `output` may overwrite.
bool ReadsOtherwise(const Graph& graph, const Node& node, TensorId state, TensorId output) {
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoTensor || AliasSource(graph, node.inputs[i]) != state) continue;
    if (!MayOverwrite(node, output, i)) return true;
  }
  return false;
}

}  // namespace

TensorId AliasSource(const Graph& graph, TensorId id) {
  for (int n = graph.Producer(id); n >= 0; n = graph.Producer(id)) {
    const Node& node = graph.nodes[static_cast<size_t>(n)];
    if (!IsAlias(node)) return id;
    id = node.inputs[0];
  }
  return id;
}

bool NextFitsStatePlace(const Graph& graph, const State& state) {
  const TensorId source = AliasSource(graph, state.next);
  const int writer = graph.Producer(source);
  if (writer < 0) return false;
  for (const State& other : graph.states) {
    if (other.tensor == state.tensor) break;  // the first of several that take one value has it
    if (AliasSource(graph, other.next) == source) return false;
  }
  for (TensorId id : graph.outputs) {
    if (AliasSource(graph, id) == state.tensor) return false;
  }
  const size_t first = static_cast<size_t>(writer);
  if (ReadsOtherwise(graph, graph.nodes[first], state.tensor, source)) return false;
  for (size_t n = first + 1; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (!IsAlias(node) && ReadsOtherwise(graph, node, state.tensor, kNoTensor)) return false;
  }
  return true;
}

}  // namespace edgerack::compiler
