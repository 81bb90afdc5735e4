// fix-inputs: another batch size for an input (shape.NAME), a constant in place of one
// (freeze.NAME).
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<TensorId> InputNamed(const Graph& graph, const std::string& name,
                                    const char* option) {
  std::string known;
  for (TensorId id : graph.inputs) {
    if (graph.tensor(id).name == name) return id;
    known += (known.empty() ? "" : ", ") + graph.tensor(id).name;
  }
  return RefuseOption(std::string(option) + "." + name + ": the model has no such input; it has " +
                      known);
}

absl::Status SetShape(Graph& graph, const std::string& name, const Shape& shape) {
  ER_ASSIGN_OR_RETURN(TensorId id, InputNamed(graph, name, "shape"));
  Shape& current = graph.tensor(id).shape;
  const bool same_rank = shape.size() == current.size() && !shape.empty();
  if (!same_rank || !std::equal(shape.begin() + 1, shape.end(), current.begin() + 1)) {
    return RefuseOption("shape." + name + "=" + ShapeText(shape) + ": the model's shape is " +
                        ShapeText(current) +
                        " and only its first dimension, the batch, can be "
                        "changed; export the model with the shape you need");
  }
  if (ElementCount(shape) < 1) {
    return RefuseOption("shape." + name + "=" + ShapeText(shape) + " is not a possible shape");
  }
  current = shape;
  return absl::OkStatus();
}

// A reshape keeps its target but for the batch.
absl::Status FollowBatch(const Graph& graph, Node& node) {
  std::vector<int64_t> target = node.Ints("shape");
  int64_t rest = 1;
  for (size_t d = 1; d < target.size(); ++d) rest *= target[d];
  const int64_t elements = graph.tensor(node.inputs[0]).elements();
  if (target.empty() || rest < 1 || elements < 1 || elements % rest != 0) {
    return RefuseOption("the model's reshapes do not allow another batch size");
  }
  target[0] = elements / rest;
  node.attributes["shape"] = target;
  return absl::OkStatus();
}

absl::Status Reinfer(Graph& graph) {
  if (!graph.states.empty()) {
    return RefuseOption("shape.NAME: the model keeps a state of fixed shape ('" +
                        graph.tensor(graph.states[0].tensor).name +
                        "'), so its batch size cannot be changed; export it with the batch size "
                        "you need");
  }
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& node = graph.nodes[n];
    if (node.op == "reshape") ER_RETURN_IF_ERROR(FollowBatch(graph, node));
    auto types = InferTypes(graph, node);
    if (!types.ok()) return Annotate(types.status(), NodeLabel(graph, n));
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] != kNoTensor) graph.tensor(node.outputs[i]).shape = (*types)[i].shape;
    }
  }
  return absl::OkStatus();
}

absl::Status Freeze(Graph& graph, const std::string& name, const FrozenInput& value) {
  ER_ASSIGN_OR_RETURN(TensorId id, InputNamed(graph, name, "freeze"));
  Tensor& tensor = graph.tensor(id);
  if (tensor.dtype != value.dtype || tensor.shape != value.shape) {
    return RefuseOption("freeze." + name + ": the file holds " + DTypeName(value.dtype) + " " +
                        ShapeText(value.shape) + ", the model's input is " +
                        DTypeName(tensor.dtype) + " " + ShapeText(tensor.shape));
  }
  tensor.data = std::make_shared<const std::string>(value.bytes);
  std::erase(graph.inputs, id);
  return absl::OkStatus();
}

absl::StatusOr<int> Run(Graph& graph, PassContext& context) {
  int changes = 0;
  for (const auto& [name, shape] : context.options.input_shapes) {
    ER_RETURN_IF_ERROR(SetShape(graph, name, shape));
    ++changes;
  }
  if (changes > 0) ER_RETURN_IF_ERROR(Reinfer(graph));
  for (const auto& [name, value] : context.options.frozen_inputs) {
    ER_RETURN_IF_ERROR(Freeze(graph, name, value));
    ++changes;
  }
  return changes;
}

}  // namespace

Pass FixInputsPass() {
  return {"fix-inputs", "another batch size (shape.NAME) or a constant (freeze.NAME) for an input",
          Run};
}

}  // namespace edgerack::compiler
