#include "server/compiler/ops/op_def.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ir/verifier.h"

namespace edgerack::compiler {

#define ER_OP(name, define) const OpDef& define();
#include "server/compiler/ops/ops.inc"
#undef ER_OP

namespace {

bool HasKind(const AttributeValue& value, AttributeSpec::Kind kind) {
  switch (kind) {
    case AttributeSpec::Kind::kInt:
      return std::holds_alternative<int64_t>(value);
    case AttributeSpec::Kind::kReal:
      return std::holds_alternative<double>(value);
    case AttributeSpec::Kind::kText:
      return std::holds_alternative<std::string>(value);
    case AttributeSpec::Kind::kInts:
      return std::holds_alternative<std::vector<int64_t>>(value);
  }
  return false;
}

absl::Status VerifyAttributes(const OpDef& op, const Node& node) {
  for (const AttributeSpec& spec : op.attributes) {
    auto found = node.attributes.find(spec.name);
    if (found == node.attributes.end()) {
      if (!spec.required) continue;
      return Refuse("BAD_GRAPH", std::string("attribute ") + spec.name + " is missing");
    }
    if (!HasKind(found->second, spec.kind)) {
      return Refuse("BAD_GRAPH", std::string("attribute ") + spec.name + " has the wrong type");
    }
  }
  for (const auto& [key, value] : node.attributes) {
    bool known = false;
    for (const AttributeSpec& spec : op.attributes) known = known || key == spec.name;
    if (!known) return Refuse("BAD_GRAPH", "attribute " + key + " is unknown");
  }
  return absl::OkStatus();
}

absl::Status VerifyOperands(const OpDef& op, const Node& node) {
  if (node.inputs.size() < op.min_inputs || node.inputs.size() > op.max_inputs ||
      node.outputs.size() < op.min_outputs || node.outputs.size() > op.max_outputs) {
    return Refuse("BAD_GRAPH", std::to_string(node.inputs.size()) + " inputs and " +
                                   std::to_string(node.outputs.size()) + " outputs; expected " +
                                   std::to_string(op.min_inputs) + " to " +
                                   std::to_string(op.max_inputs) + " and " +
                                   std::to_string(op.min_outputs) + " to " +
                                   std::to_string(op.max_outputs));
  }
  for (size_t i = 0; i < op.min_inputs; ++i) {
    if (node.inputs[i] == kNoTensor) {
      return Refuse("BAD_GRAPH", "input " + std::to_string(i) + " is absent");
    }
  }
  for (size_t i = 0; i < op.min_outputs; ++i) {
    if (node.outputs[i] == kNoTensor) {
      return Refuse("BAD_GRAPH", "output " + std::to_string(i) + " is absent");
    }
  }
  return absl::OkStatus();
}

absl::Status VerifyTypes(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(std::vector<TensorType> types, InferTypes(graph, node));
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNoTensor) continue;
    const Tensor& output = graph.tensor(node.outputs[i]);
    const auto& [dtype, shape] = types[i];
    if (shape != output.shape) {
      return Refuse("SHAPE_MISMATCH", "the model says its output is " + ShapeText(output.shape) +
                                          "; supported is what its inputs and attributes give, " +
                                          ShapeText(shape) +
                                          ". Convert the model again with fixed shapes");
    }
    if (dtype != output.dtype) {
      return Refuse("UNSUPPORTED_TYPE", "its output '" + output.name + "' is " +
                                            DTypeName(output.dtype) + "; supported is " +
                                            DTypeName(dtype) +
                                            ", which its inputs give. Convert the model again");
    }
  }
  return absl::OkStatus();
}

absl::Status VerifyAgainst(const OpDef& op, const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(VerifyOperands(op, node));
  ER_RETURN_IF_ERROR(VerifyAttributes(op, node));
  ER_RETURN_IF_ERROR(VerifyTypes(graph, node));
  return op.verify(graph, node);
}

}  // namespace

const std::vector<const OpDef*>& AllOps() {
  static const std::vector<const OpDef*> ops = {
#define ER_OP(name, define) &define(),
#include "server/compiler/ops/ops.inc"
#undef ER_OP
  };
  return ops;
}

const OpDef* FindOp(const std::string& name) {
  for (const OpDef* op : AllOps()) {
    if (name == op->name) return op;
  }
  return nullptr;
}

std::string NodeLabel(const Graph& graph, size_t node_index) {
  const Node& node = graph.nodes[node_index];
  // Converters join the names of everything they fused; the first tells enough.
  std::string name = node.name.substr(0, node.name.find(';'));
  if (name.size() > 80) name = name.substr(0, 77) + "...";
  // What the model's file calls it, where that is something else.
  const std::string source = node.fused_from.empty() ? node.op : node.fused_from[0];
  return "layer " + std::to_string(node_index) + " '" + name + "' (" +
         (source == node.op ? "" : source + " as ") + node.op + ")";
}

absl::StatusOr<std::vector<TensorType>> InferTypes(const Graph& graph, const Node& node) {
  const OpDef* op = FindOp(node.op);
  if (op == nullptr) return Refuse("BAD_GRAPH", "there is no operator '" + node.op + "'");
  ER_RETURN_IF_ERROR(VerifyOperands(*op, node));
  ER_ASSIGN_OR_RETURN(std::vector<TensorType> types, op->infer(graph, node));
  if (types.size() != op->max_outputs) {
    return CompilerBug(node.op + " infers " + std::to_string(types.size()) + " outputs");
  }
  return types;
}

absl::Status VerifyNode(const Graph& graph, size_t node_index) {
  const Node& node = graph.nodes[node_index];
  const OpDef* op = FindOp(node.op);
  absl::Status status = op == nullptr ? Refuse("BAD_GRAPH", "there is no such operator")
                                      : VerifyAgainst(*op, graph, node);
  return Annotate(status, NodeLabel(graph, node_index));
}

absl::Status VerifyGraph(const Graph& graph) {
  ER_RETURN_IF_ERROR(VerifyStructure(graph));
  for (size_t n = 0; n < graph.nodes.size(); ++n) ER_RETURN_IF_ERROR(VerifyNode(graph, n));
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
