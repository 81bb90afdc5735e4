// simplify-movement: two transposes become one; what copies elements without changing their order
// becomes a reshape, which costs nothing and is dropped where the shape is the same too.
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

// The dimensions larger than 1 stay in their order.
bool KeepsOrder(const Shape& shape, const std::vector<int64_t>& perm) {
  int64_t last = -1;
  for (int64_t axis : perm) {
    const int64_t d = axis < 0 ? axis + static_cast<int64_t>(shape.size()) : axis;
    if (shape[static_cast<size_t>(d)] == 1) continue;
    if (d < last) return false;
    last = d;
  }
  return true;
}

bool StepsForward(const Node& slice) {
  for (int64_t step : slice.Ints("steps")) {
    if (step < 0) return false;
  }
  return true;
}

// The output holds the input's elements in their order.
bool IsReshape(const Graph& graph, const Node& node) {
  const Tensor& x = graph.tensor(node.inputs[0]);
  const Tensor& y = graph.tensor(node.outputs[0]);
  if (x.elements() != y.elements() || x.quantization != y.quantization) return false;
  if (node.op == "transpose") return KeepsOrder(x.shape, node.Ints("perm"));
  if (node.op == "slice") return StepsForward(node);
  if (node.op == "concat") return node.inputs.size() == 1;
  if (node.op == "expand" || node.op == "tile") return true;
  if (node.op != "pad") return false;
  for (int64_t pad : node.Ints("pads")) {
    if (pad != 0) return false;
  }
  return true;
}

void MakeReshape(const Graph& graph, Node& node) {
  const Shape& shape = graph.tensor(node.outputs[0]).shape;
  node.op = "reshape";
  node.inputs.resize(1);
  node.attributes = {{"shape", std::vector<int64_t>(shape.begin(), shape.end())}};
}

// A transpose behind a transpose reads what the first one read.
bool JoinTransposes(const Graph& graph, Node& node) {
  const int producer = node.op == "transpose" ? graph.Producer(node.inputs[0]) : -1;
  if (producer < 0) return false;
  const Node& before = graph.nodes[static_cast<size_t>(producer)];
  // Scales per channel would have to be followed to their dimension.
  if (before.op != "transpose" || graph.tensor(node.inputs[0]).quantization.scales.size() > 1) {
    return false;
  }
  const std::vector<int64_t> first = before.Ints("perm");
  const auto rank = static_cast<int64_t>(first.size());
  std::vector<int64_t> joined;
  for (int64_t axis : node.Ints("perm")) {
    joined.push_back(first[static_cast<size_t>(axis < 0 ? axis + rank : axis)]);
  }
  node.attributes["perm"] = joined;
  node.inputs[0] = before.inputs[0];
  return true;
}

absl::StatusOr<int> Run(Graph& graph, PassContext&) {
  int changes = 0;
  for (Node& node : graph.nodes) {
    while (JoinTransposes(graph, node)) ++changes;
    if (!IsReshape(graph, node)) continue;
    MakeReshape(graph, node);
    ++changes;
  }
  return changes;
}

}  // namespace

Pass SimplifyMovementPass() {
  return {"simplify-movement", "transposes are joined; copies in order become reshapes", Run};
}

}  // namespace edgerack::compiler
