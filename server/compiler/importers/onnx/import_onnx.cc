#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/onnx/graph_inputs.h"
#include "server/compiler/importers/onnx/not_taken.h"
#include "server/compiler/importers/onnx/operators.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

// The names one graph (or subgraph) sees.
struct Scope {
  const Scope* parent = nullptr;
  std::unordered_map<std::string, OnnxValue> values;
  std::unordered_map<std::string, onnx::Tensor*> initializers;  // not read yet
};

std::string NodeLabel(int index, const onnx::Node& node) {
  std::string name = node.name();
  if (name.empty() && node.output_size() > 0) name = node.output(0);
  return "node " + std::to_string(index) + " " + Printable(node.op_type()) + " '" +
         Printable(name) + "'";
}

// Every name that a graph and the graphs inside it read.
void CollectReads(const onnx::Graph& graph, std::unordered_set<std::string>& names) {
  for (const onnx::Node& node : graph.node()) {
    names.insert(node.input().begin(), node.input().end());
    for (const onnx::Attribute& a : node.attribute()) {
      if (a.has_g()) CollectReads(a.g(), names);
    }
  }
  for (const onnx::ValueInfo& output : graph.output()) names.insert(output.name());
}

// For each node which of its outputs an output of the graph needs; none: the node is left out.
std::vector<std::vector<bool>> WantedOutputs(const onnx::Graph& graph) {
  std::unordered_set<std::string> wanted;
  for (const onnx::ValueInfo& output : graph.output()) wanted.insert(output.name());
  std::vector<std::vector<bool>> result(static_cast<size_t>(graph.node_size()));
  for (int n = graph.node_size() - 1; n >= 0; --n) {
    const onnx::Node& node = graph.node(n);
    std::vector<bool> outputs;
    bool any = false;
    for (const std::string& name : node.output()) {
      outputs.push_back(!name.empty() && wanted.count(name) != 0);
      any = any || outputs.back();
    }
    if (!any) continue;
    result[static_cast<size_t>(n)] = outputs;
    wanted.insert(node.input().begin(), node.input().end());
    for (const onnx::Attribute& a : node.attribute()) {
      if (a.has_g()) CollectReads(a.g(), wanted);
    }
  }
  return result;
}

absl::Status RefuseOperator(const onnx::Node& node) {
  const std::string name = Printable(node.op_type());
  const std::string domain = Printable(node.domain());
  const std::string supported = "supported are the " + std::to_string(OnnxOperators().size()) +
                                " operators that edgerack-compile ops lists";
  if (!domain.empty() && domain != "ai.onnx") {
    return Refuse("UNSUPPORTED_OPERATOR",
                  name + " of domain '" + domain + "' is no operator of ONNX itself; " + supported +
                      ", of other domains some quantized ones of com.microsoft. Export the model "
                      "without it");
  }
  return Refuse("UNSUPPORTED_OPERATOR",
                name + " is not supported; " + supported + ". " + InsteadOfOnnx(name));
}

class Import {
 public:
  Import(OnnxFile& file, const InputOptions& options)
      : file_(file), options_(options), builder_(model_.findings) {}

  absl::StatusOr<ImportedModel> Run() {
    model_.format = "onnx";
    onnx::Graph& graph = *file_.model->mutable_graph();
    Scope scope;
    for (const onnx::ValueInfo& output : graph.output()) Reserve(output.name());
    ER_RETURN_IF_ERROR(AddInitializers(graph, scope));
    ER_RETURN_IF_ERROR(AddInputs(graph, scope));
    ER_RETURN_IF_ERROR(ImportNodes(graph, scope));
    ER_RETURN_IF_ERROR(AddOutputs(graph, scope));
    builder_.graph().name = Printable(graph.name());
    ER_RETURN_IF_ERROR(VerifyGraph(builder_.graph()));
    model_.graph = std::move(builder_.graph());
    return std::move(model_);
  }

 private:
  void Reserve(const std::string& name) {
    if (reserved_.insert(name).second) builder_.Reserve(name);
  }

  absl::Status AddInitializers(onnx::Graph& graph, Scope& scope) {
    for (onnx::Tensor& tensor : *graph.mutable_initializer()) {
      if (!scope.initializers.emplace(tensor.name(), &tensor).second) {
        return Refuse("BAD_MODEL_FILE", "two initializers are named '" + Printable(tensor.name()) +
                                            "'; export the model again");
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddInputs(const onnx::Graph& graph, Scope& scope) {
    std::vector<const onnx::ValueInfo*> inputs;
    for (const onnx::ValueInfo& input : graph.input()) {
      // Before IR 4 initializers are listed as inputs too; their values are constants here.
      if (scope.initializers.count(input.name()) == 0) inputs.push_back(&input);
    }
    for (const onnx::ValueInfo* input : inputs) Reserve(input->name());
    ER_ASSIGN_OR_RETURN(std::vector<GraphInput> resolved,
                        ResolveInputs(inputs, options_, model_.findings));
    for (GraphInput& input : resolved) {
      OnnxValue value;
      if (input.frozen && input.frozen->empty()) {
        value.empty = input.frozen;
      } else {
        Tensor tensor;
        tensor.dtype = input.dtype;
        tensor.shape = input.shape;
        tensor.name = input.name + ".input";
        if (input.frozen) tensor.data = input.frozen->data;
        value.id = builder_.Add(std::move(tensor));
        builder_.Rename(value.id, input.name, true);
        bound_.insert(Index(value.id));
        if (!input.frozen) builder_.graph().inputs.push_back(value.id);
      }
      if (!scope.values.emplace(input.name, value).second) {
        return Refuse("BAD_MODEL_FILE", "two inputs are named '" + Printable(input.name) + "'");
      }
      if (input.fixed) model_.fixed_inputs.insert(input.name);
    }
    return absl::OkStatus();
  }

  // -- Nodes.

  absl::Status ImportNodes(onnx::Graph& graph, Scope& scope) {
    const std::vector<std::vector<bool>> wanted = WantedOutputs(graph);
    for (int n = 0; n < graph.node_size(); ++n) {
      const std::vector<bool>& outputs = wanted[static_cast<size_t>(n)];
      if (outputs.empty()) continue;
      onnx::Node& node = *graph.mutable_node(n);
      absl::Status status = ImportNode(node, scope, outputs);
      if (!status.ok()) return Annotate(status, NodeLabel(n, node));
    }
    return absl::OkStatus();
  }

  absl::Status ImportNode(onnx::Node& node, Scope& scope, const std::vector<bool>& wanted) {
    std::vector<OnnxValue> inputs;
    for (const std::string& name : node.input()) {
      OnnxValue value;
      if (!name.empty()) {
        ER_ASSIGN_OR_RETURN(value, Lookup(scope, name));
      }
      inputs.push_back(std::move(value));
    }
    const std::string name = !node.name().empty() ? node.name() : node.output(0);
    OnnxNodeContext context(builder_, node, file_.opset, std::move(inputs), Printable(name),
                            wanted);
    if (node.op_type() == "If" && node.domain().empty()) {
      return ImportIf(node, context, scope);
    }
    const OnnxOperator* op = FindOnnxOperator(node.domain(), node.op_type());
    if (op == nullptr) return RefuseOperator(node);
    if (context.input_count() < op->min_inputs || context.input_count() > op->max_inputs) {
      return Refuse("BAD_MODEL_FILE", "it has " + std::to_string(context.input_count()) +
                                          " inputs; expected " + std::to_string(op->min_inputs) +
                                          " to " + std::to_string(op->max_inputs));
    }
    op->import(context);
    if (context.ok()) context.CheckAttributes();
    ER_RETURN_IF_ERROR(context.status());
    return Bind(node, scope, context.outputs(), wanted);
  }

  // A branch is taken while reading the file; the model has no choice left.
  absl::Status ImportIf(onnx::Node& node, OnnxNodeContext& context, Scope& scope) {
    const std::vector<int64_t> condition = context.ConstInts(0, "cond");
    if (!context.ok()) {
      return Refuse("UNSUPPORTED_OPERATOR",
                    "input cond is '" + Printable(node.input_size() > 0 ? node.input(0) : "") +
                        "', which follows from the data the model is fed; supported is a constant "
                        "condition. Export the model with the branch chosen");
    }
    const bool truth = !condition.empty() && condition[0] != 0;
    onnx::Graph* branch = context.GraphAttribute(truth ? "then_branch" : "else_branch");
    ER_RETURN_IF_ERROR(context.status());
    if (branch == nullptr || branch->output_size() != node.output_size()) {
      return Refuse("BAD_MODEL_FILE", "its branches do not fit its outputs");
    }
    Scope inner;
    inner.parent = &scope;
    ER_RETURN_IF_ERROR(AddInitializers(*branch, inner));
    ER_RETURN_IF_ERROR(ImportNodes(*branch, inner));
    for (int i = 0; i < node.output_size(); ++i) {
      ER_ASSIGN_OR_RETURN(OnnxValue value, Lookup(inner, branch->output(i).name()));
      ER_RETURN_IF_ERROR(BindName(scope, node.output(i), value));
    }
    return absl::OkStatus();
  }

  absl::Status Bind(const onnx::Node& node, Scope& scope, const std::vector<OnnxValue>& outputs,
                    const std::vector<bool>& wanted) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      const std::string& name = node.output(static_cast<int>(i));
      if (name.empty()) continue;
      if (!outputs[i].present()) {
        if (!wanted[i]) continue;
        return Refuse("UNSUPPORTED_OPERATOR",
                      "output " + std::to_string(i) + " is '" + Printable(name) +
                          "', which is not computed; supported is " +
                          (i == 1 ? "output 0" : "outputs 0 to " + std::to_string(i - 1)) +
                          ". Use the model without it");
      }
      ER_RETURN_IF_ERROR(BindName(scope, name, outputs[i]));
    }
    return absl::OkStatus();
  }

  absl::Status BindName(Scope& scope, const std::string& name, const OnnxValue& value) {
    if (name.empty()) return absl::OkStatus();
    if (scope.initializers.count(name) != 0 || !scope.values.emplace(name, value).second) {
      return Refuse("BAD_MODEL_FILE",
                    "the value '" + Printable(name) + "' is written twice; export the model again");
    }
    if (value.id != kNoTensor && bound_.insert(Index(value.id)).second) {
      builder_.Rename(value.id, name, reserved_.count(name) != 0 && scope.parent == nullptr);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<OnnxValue> Lookup(Scope& scope, const std::string& name) {
    for (Scope* s = &scope; s != nullptr; s = const_cast<Scope*>(s->parent)) {
      auto found = s->values.find(name);
      if (found != s->values.end()) return found->second;
      auto initializer = s->initializers.find(name);
      if (initializer == s->initializers.end()) continue;
      ER_ASSIGN_OR_RETURN(OnnxValue value, ReadInitializer(*initializer->second));
      s->values.emplace(name, value);
      return value;
    }
    return Refuse("BAD_MODEL_FILE", "it reads '" + Printable(name) +
                                        "', which no earlier node writes (the nodes are not in "
                                        "order, or form a circle); export the model again");
  }

  absl::StatusOr<OnnxValue> ReadInitializer(onnx::Tensor& raw) {
    ER_ASSIGN_OR_RETURN(OnnxConstant constant, TakeConstant(raw));
    OnnxValue value;
    if (constant.empty()) {
      value.empty = std::make_shared<const OnnxConstant>(std::move(constant));
      return value;
    }
    if (constant.dims.size() > 6) {
      return Refuse("UNSUPPORTED_SHAPE", "tensor '" + Printable(raw.name()) + "' has " +
                                             std::to_string(constant.dims.size()) +
                                             " dimensions; supported are at most 6. Join some of "
                                             "them in the model");
    }
    Tensor tensor;
    tensor.dtype = constant.dtype;
    tensor.shape = ToShape(constant.dims);
    tensor.data = constant.data;
    tensor.name = raw.name();
    value.id = builder_.Add(std::move(tensor));
    bound_.insert(Index(value.id));
    return value;
  }

  // -- Outputs.

  absl::Status AddOutputs(const onnx::Graph& graph, Scope& scope) {
    if (graph.output_size() == 0) {
      return Refuse("BAD_MODEL_FILE", "the model has no output; export it again");
    }
    std::unordered_set<std::string> names;
    for (const onnx::ValueInfo& output : graph.output()) {
      absl::Status status = AddOutput(output, scope);
      if (!status.ok()) return Annotate(status, "output '" + Printable(output.name()) + "'");
      if (!names.insert(output.name()).second) {
        return Refuse("BAD_MODEL_FILE", "two outputs are named '" + Printable(output.name()) + "'");
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddOutput(const onnx::ValueInfo& output, Scope& scope) {
    ER_ASSIGN_OR_RETURN(OnnxValue value, Lookup(scope, output.name()));
    if (value.id == kNoTensor) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "it has no elements; supported are dimensions of at least 1. Export the model "
                    "without it");
    }
    Graph& graph = builder_.graph();
    const int32_t declared = output.type().tensor_type().elem_type();
    const DType dtype = graph.tensor(value.id).dtype;
    if (declared != 0 && DTypeOfOnnx(declared) != dtype) {
      return Refuse("UNSUPPORTED_TYPE",
                    "its element type is " + OnnxTypeName(declared) + ", but " + DTypeName(dtype) +
                        " is what its nodes compute here; supported are FLOAT, INT8, UINT8, INT16, "
                        "INT32, INT64 and BOOL. Export the model with one of them");
    }
    TensorId id = value.id;
    if (graph.tensor(id).name != output.name() || graph.tensor(id).constant() ||
        std::count(graph.inputs.begin(), graph.inputs.end(), id) != 0) {
      ER_ASSIGN_OR_RETURN(id, Alias(id, output.name()));
    }
    graph.outputs.push_back(id);
    return absl::OkStatus();
  }

  // The same values as a tensor of its own under the output's name; a pass copies where needed.
  absl::StatusOr<TensorId> Alias(TensorId id, const std::string& name) {
    Graph& graph = builder_.graph();
    Node node;
    node.name = Printable(name);
    node.op = "reshape";
    node.inputs = {id};
    node.attributes["shape"] = Dims(graph.tensor(id).shape);
    node.fused_from = {"Identity"};
    Tensor copy = graph.tensor(id);
    copy.data = nullptr;
    copy.name = name + ".output";
    const TensorId alias = builder_.Add(std::move(copy));
    if (graph.tensor(id).name != name) builder_.Rename(alias, name, true);
    node.outputs = {alias};
    graph.nodes.push_back(std::move(node));
    return alias;
  }

  OnnxFile& file_;
  const InputOptions& options_;
  ImportedModel model_;
  GraphBuilder builder_;
  std::unordered_set<size_t> bound_;  // tensors that have a name of the file
  std::unordered_set<std::string> reserved_;
};

absl::StatusOr<ImportedModel> ImportBytes(const std::string& bytes, const InputOptions& options) {
  ER_ASSIGN_OR_RETURN(OnnxFile file, OpenOnnx(bytes));
  return Import(file, options).Run();
}

std::vector<std::pair<std::string, std::string>> Operators() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const OnnxOperator& op : OnnxOperators()) {
    const std::string domain = op.domain;
    list.emplace_back((domain.empty() ? "" : domain + ".") + op.name, op.graph_op);
  }
  return list;
}

}  // namespace

Importer OnnxImporter() {
  return {"onnx", "ONNX (.onnx)", LooksLikeOnnx, ImportBytes, Operators, OnnxNotTaken};
}

}  // namespace edgerack::compiler
