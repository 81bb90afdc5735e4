#include "server/compiler/importers/tflite/resource_variables.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

std::map<int32_t, std::string> Handles(const TfliteView& view) {
  std::map<int32_t, std::string> names;
  for (const TfliteOperator& op : view.operators) {
    const auto* o = op.code == kVarHandle ? op.raw->options_as_VarHandleOptions() : nullptr;
    if (o == nullptr) continue;
    std::string name = o->container() == nullptr ? "" : o->container()->str() + "/";
    if (o->shared_name() != nullptr) name += o->shared_name()->str();
    names[op.outputs[0]] = name;
  }
  return names;
}

absl::Status AddInitials(const TfliteView& graph, ResourceVariables& variables) {
  const std::map<int32_t, std::string> handles = Handles(graph);
  for (const TfliteOperator& op : graph.operators) {
    if (op.code == kVarHandle) continue;
    const bool assigns = op.code == kAssignVariable && op.inputs.size() == 2 &&
                         handles.count(op.inputs[0]) != 0 && op.inputs[1] >= 0;
    const tflite::Tensor* value =
        assigns ? graph.tensors[static_cast<size_t>(op.inputs[1])] : nullptr;
    if (value == nullptr || ConstantBytes(graph, *value) == nullptr) {
      return Refuse("UNSUPPORTED_OPERATOR",
                    "the graph that initializes variables has " + op.operator_name +
                        (assigns ? " of a computed value" : "") +
                        "; supported is assigning constants. Initialize variables with constants");
    }
    variables.initials[handles.at(op.inputs[0])] = value;
  }
  return absl::OkStatus();
}

}  // namespace

const std::string* ResourceVariables::UsedBy(const TfliteOperator& op) const {
  if ((op.code != kReadVariable && op.code != kAssignVariable) || op.inputs.empty()) return nullptr;
  auto found = names.find(op.inputs[0]);
  return found == names.end() ? nullptr : &found->second;
}

absl::StatusOr<ResourceVariables> FindResourceVariables(const TfliteView& view) {
  ResourceVariables variables;
  variables.names = Handles(view);
  for (const TfliteOperator& op : view.operators) {
    if (op.code != kCallOnce) continue;
    const auto* o = op.raw->options_as_CallOnceOptions();
    if (o == nullptr || o->init_subgraph_index() < 1) {
      return Refuse("BAD_MODEL_FILE", "CALL_ONCE does not name a graph; export the model again");
    }
    ER_ASSIGN_OR_RETURN(TfliteView graph,
                        OpenSubgraph(*view.model, static_cast<size_t>(o->init_subgraph_index())));
    ER_RETURN_IF_ERROR(AddInitials(graph, variables));
  }
  return variables;
}

}  // namespace edgerack::compiler
