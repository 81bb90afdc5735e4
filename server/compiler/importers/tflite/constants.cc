#include "server/compiler/importers/tflite/constants.h"

#include <algorithm>

#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kMaxBytes = 4096;

// The node alone with its operands, so that the cost does not grow with the model.
Graph Alone(const Graph& graph, const Node& node) {
  Graph alone;
  Node copy = node;
  for (auto* list : {&copy.inputs, &copy.outputs}) {
    for (TensorId& id : *list) {
      if (id == kNoTensor) continue;
      Tensor operand = graph.tensor(id);
      operand.name += "#" + std::to_string(alone.tensors.size());  // an operand may come twice
      alone.tensors.push_back(std::move(operand));
      id = static_cast<TensorId>(alone.tensors.size() - 1);
    }
  }
  alone.outputs = copy.outputs;
  alone.nodes = {std::move(copy)};
  return alone;
}

bool IsSmall(const Graph& graph, const Node& node) {
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](TensorId id) {
    return id == kNoTensor ||
           (graph.tensor(id).elements() >= 1 && graph.tensor(id).bytes() <= kMaxBytes);
  });
}

}  // namespace

absl::Status FoldNode(Graph& graph, size_t node_index) {
  const std::vector<TensorId> outputs = graph.nodes[node_index].outputs;
  const Graph alone = Alone(graph, graph.nodes[node_index]);
  ER_RETURN_IF_ERROR(VerifyGraph(alone));
  ER_ASSIGN_OR_RETURN(std::vector<std::string> values, Evaluate(alone, 0));
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] == kNoTensor) continue;
    graph.tensor(outputs[i]).data = std::make_shared<const std::string>(std::move(values[i]));
  }
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(node_index));
  return absl::OkStatus();
}

void FoldSmallConstants(Graph& graph, size_t first_node, const std::vector<TensorId>& outputs) {
  for (size_t n = first_node; n < graph.nodes.size();) {
    const Node& node = graph.nodes[n];
    const bool visible = std::any_of(node.outputs.begin(), node.outputs.end(), [&](TensorId id) {
      return std::find(outputs.begin(), outputs.end(), id) != outputs.end();
    });
    const bool folded =
        !visible && CanEvaluate(graph, node) && IsSmall(graph, node) && FoldNode(graph, n).ok();
    if (!folded) ++n;
  }
}

}  // namespace edgerack::compiler
