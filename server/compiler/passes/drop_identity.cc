// drop-identity: removes nodes that change nothing: a reshape to the same shape, a reshape of a
// reshape, a requantization to the same scale, a cast to the same type. A graph output keeps its
// name, so what writes it stays.
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

bool IsIdentity(const Graph& graph, const Node& node) {
  if (node.op != "reshape" && node.op != "requantize" && node.op != "cast") return false;
  const Tensor& x = graph.tensor(node.inputs[0]);
  const Tensor& y = graph.tensor(node.outputs[0]);
  if (node.op == "reshape") return x.shape == y.shape;
  return x.dtype == y.dtype && x.quantization == y.quantization;
}

// A reshape behind a reshape reads what the first one read; the first is then dead or still used.
bool SkipsAReshape(const Graph& graph, const Node& node, TensorId& source) {
  if (node.op != "reshape") return false;
  const int producer = graph.Producer(node.inputs[0]);
  if (producer < 0 || graph.nodes[static_cast<size_t>(producer)].op != "reshape") return false;
  source = graph.nodes[static_cast<size_t>(producer)].inputs[0];
  return true;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (size_t n = 0; n < graph.nodes.size();) {
    TensorId source = kNoTensor;
    while (SkipsAReshape(graph, graph.nodes[n], source)) {
      graph.nodes[n].inputs[0] = source;
      ++changes;
    }
    if (!IsIdentity(graph, graph.nodes[n]) || graph.IsOutput(graph.nodes[n].outputs[0])) {
      ++n;
      continue;
    }
    const TensorId from = graph.nodes[n].inputs[0];
    const TensorId to = graph.nodes[n].outputs[0];
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    graph.ReplaceUses(to, from);
    ++changes;
  }
  return changes;
}

}  // namespace

Pass DropIdentityPass() { return {"drop-identity", "removes nodes that change nothing", Run}; }

}  // namespace edgerack::compiler
