#include <algorithm>
#include <map>
#include <set>

#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/tflite/builtin_names.h"
#include "server/compiler/importers/tflite/constants.h"
#include "server/compiler/importers/tflite/import_node.h"
#include "server/compiler/importers/tflite/model_view.h"
#include "server/compiler/importers/tflite/not_taken.h"
#include "server/compiler/importers/tflite/resource_variables.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

std::string OperatorLabel(const TfliteView& view, size_t index) {
  const TfliteOperator& op = view.operators[index];
  if (op.outputs.empty()) return "node " + std::to_string(index) + " " + op.operator_name;
  return "node " + std::to_string(index) + " " + op.operator_name + " '" +
         TensorName(*view.tensors[static_cast<size_t>(op.outputs[0])]) + "'";
}

absl::Status CheckOperator(const TfliteOperator& op) {
  const TfliteHandler* handler = FindTfliteHandler(op.code);
  if (handler == nullptr) {
    return Refuse("UNSUPPORTED_OPERATOR", op.operator_name +
                                              " is not supported; supported are the " +
                                              std::to_string(TfliteHandlers().size()) +
                                              " builtins that edgerack-compile ops lists. " +
                                              InsteadOfTflite(op.operator_name));
  }
  if (op.inputs.size() < handler->min_inputs || op.inputs.size() > handler->max_inputs ||
      op.outputs.size() > handler->max_outputs) {
    return Refuse("BAD_MODEL_FILE", "it has " + std::to_string(op.inputs.size()) + " inputs and " +
                                        std::to_string(op.outputs.size()) +
                                        " outputs; export the model again");
  }
  for (size_t i = 0; i < handler->min_inputs; ++i) {
    bool needed = (handler->shape_inputs >> i & 1) == 0;
    if (needed && op.inputs[i] < 0) {
      return Refuse("BAD_MODEL_FILE",
                    "its input " + std::to_string(i) + " is absent; export the model again");
    }
  }
  return absl::OkStatus();
}

std::string WithoutType(tflite::TensorType type) {
  if (type == tflite::TensorType::FLOAT16) {
    return "Convert the model without float16 (leave target_spec.supported_types alone)";
  }
  if (type == tflite::TensorType::STRING) {
    return "Do what works on texts outside, and feed the model numbers";
  }
  return "Convert the model to one of them";
}

bool IsShapeInput(const TfliteOperator& op, size_t i) {
  const TfliteHandler* handler = FindTfliteHandler(op.code);
  return handler != nullptr && (handler->shape_inputs >> i & 1) != 0;
}

// Which operators contribute to an output, through anything but shapes that the file holds anyway.
// What assigns a variable contributes to what reads it.
std::vector<bool> NeededOperators(const TfliteView& view, const ResourceVariables& resources) {
  std::set<int32_t> wanted(view.outputs.begin(), view.outputs.end());
  std::set<std::string> read;
  std::vector<bool> needed(view.operators.size(), false);
  for (bool grown = true; grown;) {
    grown = false;
    for (size_t n = view.operators.size(); n-- > 0;) {
      const TfliteOperator& op = view.operators[n];
      const std::string* variable = resources.UsedBy(op);
      bool now = op.code == kAssignVariable && variable != nullptr && read.count(*variable) != 0;
      for (int32_t output : op.outputs) now = now || wanted.count(output) != 0;
      if (!now || needed[n]) continue;
      needed[n] = grown = true;
      if (op.code == kReadVariable && variable != nullptr) read.insert(*variable);
      for (size_t i = variable == nullptr ? 0 : 1; i < op.inputs.size(); ++i) {
        if (!IsShapeInput(op, i)) wanted.insert(op.inputs[i]);
      }
    }
  }
  return needed;
}

class Import {
 public:
  explicit Import(const TfliteView& view) : view_(view) {}

  absl::StatusOr<ImportedModel> Run() {
    model_.format = "tflite";
    for (int32_t input : view_.inputs) {
      ER_ASSIGN_OR_RETURN(TensorId id, TensorOf(input));
      model_.graph.inputs.push_back(id);
    }
    for (int32_t output : view_.outputs) {
      ER_ASSIGN_OR_RETURN(TensorId id, TensorOf(output));
      model_.graph.outputs.push_back(id);
    }
    ER_ASSIGN_OR_RETURN(resources_, FindResourceVariables(view_));
    std::vector<bool> needed = NeededOperators(view_, resources_);
    for (size_t n = 0; n < view_.operators.size(); ++n) {
      if (needed[n]) ER_RETURN_IF_ERROR(Annotate(ImportOperator(n), OperatorLabel(view_, n)));
    }
    // An output that is a variable shows the value it has in the end.
    for (size_t i = 0; i < view_.outputs.size(); ++i) {
      if (variables_.count(view_.outputs[i]) != 0) {
        model_.graph.outputs[i] = ids_[view_.outputs[i]];
      }
    }
    SettleVariables();
    ER_RETURN_IF_ERROR(VerifyGraph(model_.graph));
    return std::move(model_);
  }

 private:
  absl::Status ImportOperator(size_t n) {
    const TfliteOperator& op = view_.operators[n];
    ER_RETURN_IF_ERROR(CheckOperator(op));
    const TfliteHandler& handler = *FindTfliteHandler(op.code);
    NodeContext context = {op, handler, model_.graph, names_, reordered_, {}, {}};
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] < 0 || IsShapeInput(op, i)) {
        context.inputs.push_back(kNoTensor);
        continue;
      }
      if (const std::string* variable = i == 0 ? resources_.UsedBy(op) : nullptr) {
        TensorId value = kNoTensor;
        if (op.code == kReadVariable) {
          ER_ASSIGN_OR_RETURN(value, ReadResource(*variable, op.outputs[0]));
        }
        context.inputs.push_back(value);
        continue;
      }
      ER_ASSIGN_OR_RETURN(TensorId id, TensorOf(op.inputs[i]));
      context.inputs.push_back(id);
    }
    for (int32_t index : op.outputs) {
      ER_ASSIGN_OR_RETURN(TensorId id, TensorOf(index));
      context.outputs.push_back(id);
    }
    const size_t first_node = model_.graph.nodes.size();
    ER_RETURN_IF_ERROR(AddIntermediates(op, context));
    ER_RETURN_IF_ERROR(handler.import(context));
    for (const auto& [input, value] : context.changed_variables) {
      if (const std::string* variable = resources_.UsedBy(op)) {
        resource_values_[*variable] = value;
      } else {
        ER_RETURN_IF_ERROR(ChangeVariable(op.inputs[input], value));
      }
    }
    FoldSmallConstants(model_.graph, first_node, model_.graph.outputs);
    return absl::OkStatus();
  }

  // Tensors that only lend an operator their scales.
  absl::Status AddIntermediates(const TfliteOperator& op, NodeContext& context) {
    const auto* list = op.raw->intermediates();
    if (list == nullptr) return absl::OkStatus();
    for (int32_t index : *list) {
      if (index < 0 || static_cast<size_t>(index) >= view_.tensors.size()) {
        return Refuse("BAD_MODEL_FILE", "its intermediate tensor " + std::to_string(index) +
                                            " does not exist; export the model again");
      }
      ER_ASSIGN_OR_RETURN(TensorId id, TensorOf(index));
      context.intermediates.push_back(id);
    }
    return absl::OkStatus();
  }

  // What a resource variable holds at this point; `like` is a tensor of the file with its type.
  absl::StatusOr<TensorId> ReadResource(const std::string& variable, int32_t like) {
    auto found = resource_values_.find(variable);
    if (found != resource_values_.end()) return found->second;
    auto tensor = Convert(*view_.tensors[static_cast<size_t>(like)]);
    if (!tensor.ok()) return Annotate(tensor.status(), "variable '" + variable + "'");
    const TensorId id = AddState(*tensor);
    resource_states_.emplace_back(variable, model_.graph.states.size() - 1);
    TensorId value = id;
    auto initial = resources_.initials.find(variable);
    if (initial != resources_.initials.end() && HasValue(*ConstantBytes(view_, *initial->second))) {
      ER_ASSIGN_OR_RETURN(value, StartingWith(*initial->second, id));
    }
    resource_values_[variable] = value;
    return value;
  }

  TensorId AddState(const Tensor& tensor) {
    model_.graph.tensors.push_back(tensor);
    const TensorId id = static_cast<TensorId>(model_.graph.tensors.size() - 1);
    model_.graph.states.push_back({id, id});
    return id;
  }

  // States start as zero. One that shall start otherwise is not read in the first run, which a
  // second state tells: false at first, then true.
  absl::StatusOr<TensorId> StartingWith(const tflite::Tensor& initial, TensorId state) {
    ER_ASSIGN_OR_RETURN(Tensor constant, Convert(initial));
    Graph& graph = model_.graph;
    Tensor value = graph.tensor(state);
    value.name = names_.Unique(value.name + ".value");
    Tensor started;
    started.name = names_.Unique(graph.tensor(state).name + ".started");
    started.dtype = DType::kBool;
    started.shape = {1};
    const TensorId started_id = AddState(started);
    started.name = names_.Unique(started.name + ".true");
    started.data = std::make_shared<const std::string>(1, '\1');
    auto add = [&graph](Tensor tensor) {
      graph.tensors.push_back(std::move(tensor));
      return static_cast<TensorId>(graph.tensors.size() - 1);
    };
    graph.states.back().next = add(std::move(started));
    const TensorId constant_id = add(std::move(constant));
    const TensorId value_id = add(std::move(value));
    Node node;
    node.name = graph.tensor(value_id).name;
    node.op = "where";
    node.inputs = {started_id, state, constant_id};
    node.outputs = {value_id};
    node.fused_from = {BuiltinName(kReadVariable)};
    graph.nodes.push_back(std::move(node));
    return value_id;
  }

  // A variable that nothing changes is a constant: real zero.
  void SettleVariables() {
    for (const auto& [variable, state] : resource_states_) {
      model_.graph.states[state].next = resource_values_[variable];
    }
    for (const State& state : model_.graph.states) {
      if (state.next != state.tensor) continue;
      Tensor& tensor = model_.graph.tensor(state.tensor);
      const bool is_byte = DTypeBytes(tensor.dtype) == 1 && tensor.quantization.per_tensor();
      const int64_t bytes = std::clamp<int64_t>(tensor.bytes(), 0, kMaxConstantVariableBytes);
      tensor.data = std::make_shared<const std::string>(
          static_cast<size_t>(bytes),
          is_byte ? static_cast<char>(tensor.quantization.zero_points[0]) : '\0');
    }
    std::erase_if(model_.graph.states, [](const State& s) { return s.next == s.tensor; });
  }

  // What reads the variable from here on reads `value`.
  absl::Status ChangeVariable(int32_t index, TensorId value) {
    auto found = variables_.find(index);
    if (found == variables_.end()) {
      return Refuse("BAD_MODEL_FILE", "tensor " + std::to_string(index) +
                                          " should keep its value between runs, but is not marked "
                                          "as a variable; convert the model again");
    }
    ids_[index] = value;
    model_.graph.states[found->second].next = value;
    return absl::OkStatus();
  }

  // The graph's tensor for a tensor of the file, made at the first use.
  absl::StatusOr<TensorId> TensorOf(int32_t index) {
    auto found = ids_.find(index);
    if (found != ids_.end()) return found->second;
    const tflite::Tensor& raw = *view_.tensors[static_cast<size_t>(index)];
    auto tensor = Convert(raw);
    if (!tensor.ok()) return Annotate(tensor.status(), "tensor " + std::to_string(index));
    model_.graph.tensors.push_back(*std::move(tensor));
    TensorId id = static_cast<TensorId>(model_.graph.tensors.size() - 1);
    ids_[index] = id;
    if (raw.is_variable()) {
      variables_[index] = model_.graph.states.size();
      model_.graph.states.push_back({id, id});
    }
    return id;
  }

  absl::StatusOr<Tensor> Convert(const tflite::Tensor& raw) {
    Tensor tensor;
    tensor.name = names_.Unique(TensorName(raw));
    ER_ASSIGN_OR_RETURN(tensor.dtype, ElementType(raw));
    if (raw.sparsity() != nullptr) {
      return Refuse("UNSUPPORTED_TYPE", "'" + tensor.name +
                                            "' is stored sparse; supported are dense tensors. "
                                            "Convert the model without sparsity optimization");
    }
    if (raw.shape() != nullptr) {
      if (raw.shape()->size() > 6) {
        return Refuse("UNSUPPORTED_SHAPE", "'" + tensor.name + "' has " +
                                               std::to_string(raw.shape()->size()) +
                                               " dimensions; supported are at most 6. Join some "
                                               "of them in the model");
      }
      tensor.shape.assign(raw.shape()->begin(), raw.shape()->end());
    }
    ER_RETURN_IF_ERROR(ConvertQuantization(raw, tensor));
    return WithData(raw, std::move(tensor));
  }

  absl::StatusOr<DType> ElementType(const tflite::Tensor& raw) {
    switch (raw.type()) {
      case tflite::TensorType::FLOAT32:
        return DType::kF32;
      case tflite::TensorType::INT8:
        return DType::kS8;
      case tflite::TensorType::UINT8:
        return DType::kU8;
      case tflite::TensorType::INT16:
        return DType::kS16;
      case tflite::TensorType::INT32:
        return DType::kS32;
      case tflite::TensorType::INT64:
        return DType::kS64;
      case tflite::TensorType::BOOL:
        return DType::kBool;
      default:
        break;
    }
    std::string name = tflite::EnumNameTensorType(raw.type());
    if (name.empty()) name = "type " + std::to_string(static_cast<int>(raw.type()));
    return Refuse("UNSUPPORTED_TYPE", "'" + TensorName(raw) + "' has element type " + name +
                                          "; supported are FLOAT32, INT8, UINT8, INT16, INT32, "
                                          "INT64 and BOOL. " +
                                          WithoutType(raw.type()));
  }

  absl::Status ConvertQuantization(const tflite::Tensor& raw, Tensor& tensor) {
    const tflite::QuantizationParameters* q = raw.quantization();
    if (q == nullptr || q->scale() == nullptr || q->scale()->size() == 0) return absl::OkStatus();
    const bool integer =
        tensor.dtype == DType::kS8 || tensor.dtype == DType::kU8 || tensor.dtype == DType::kS16;
    // The scales of int32 biases are the product of input and weight scale by definition.
    if (!integer) return absl::OkStatus();
    const size_t count = q->scale()->size();
    const size_t zero_count = q->zero_point() == nullptr ? 0 : q->zero_point()->size();
    const bool per_axis = count > 1;
    const size_t axis = static_cast<size_t>(static_cast<uint32_t>(q->quantized_dimension()));
    // TensorFlow Lite refuses them too, and with a guess the numbers would be wrong in silence.
    if (zero_count != count) {
      return Refuse("UNSUPPORTED_QUANTIZATION",
                    "'" + tensor.name + "' has " + std::to_string(count) + " scales but " +
                        std::to_string(zero_count) +
                        " zero points; supported is one for each scale. Convert the model again");
    }
    if (per_axis &&
        (axis >= tensor.shape.size() || tensor.shape[axis] != static_cast<int64_t>(count))) {
      return Refuse("UNSUPPORTED_QUANTIZATION",
                    "'" + tensor.name + "' has " + std::to_string(count) +
                        " scales and quantized_dimension " + std::to_string(axis) +
                        ", its shape is " + ShapeText(tensor.shape) +
                        "; supported is one scale, or one for each element of that dimension. "
                        "Convert the model again");
    }
    scale_count_ += count;
    if (scale_count_ > kMaxScales) {
      return Refuse("MODEL_TOO_LARGE", "the model has more than 4194304 quantization scales");
    }
    tensor.quantization.axis = per_axis ? static_cast<int>(axis) : 0;
    tensor.quantization.scales.assign(q->scale()->begin(), q->scale()->end());
    for (size_t i = 0; i < count; ++i) {
      const int64_t zero = ElementAt(*q->zero_point(), i);
      if (zero < -65536 || zero > 65536) {
        return Refuse("UNSUPPORTED_QUANTIZATION",
                      "'" + tensor.name + "' has zero point " + std::to_string(zero) +
                          "; supported are those of its element type. Convert the model again");
      }
      tensor.quantization.zero_points.push_back(static_cast<int32_t>(zero));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Tensor> WithData(const tflite::Tensor& raw, Tensor tensor) {
    const auto* bytes = ConstantBytes(view_, raw);
    if (raw.is_variable() && bytes != nullptr && HasValue(*bytes)) {
      return Refuse("UNSUPPORTED_TYPE",
                    "variable '" + tensor.name +
                        "' has an initial value in the file; supported are "
                        "variables that start from zero, as TensorFlow Lite has "
                        "them. Convert the model again");
    }
    if (bytes == nullptr || raw.is_variable()) {
      if (raw.buffer() != 0 && view_.buffers[raw.buffer()]->offset() > 1) {
        return Refuse("UNSUPPORTED_TYPE", "'" + tensor.name +
                                              "' keeps its bytes behind the flatbuffer; supported "
                                              "are models below 2 GiB. Use a smaller model");
      }
      return tensor;
    }
    // Tensors of one buffer share its bytes: a small file cannot ask for much memory.
    std::shared_ptr<const std::string>& shared = data_[raw.buffer()];
    if (shared == nullptr) {
      shared = std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes->data()),
                                                   bytes->size());
    }
    tensor.data = shared;
    return tensor;
  }

  static bool HasValue(const flatbuffers::Vector<uint8_t>& bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; });
  }

  static constexpr int64_t kMaxConstantVariableBytes = 16 << 20;  // the verifier refuses more
  static constexpr size_t kMaxScales = 4u << 20;

  const TfliteView& view_;
  ImportedModel model_;
  std::map<int32_t, TensorId> ids_;
  ResourceVariables resources_;
  std::map<std::string, TensorId> resource_values_;              // at this point of the import
  std::vector<std::pair<std::string, size_t>> resource_states_;  // variable, the graph's state
  std::map<int32_t, size_t> variables_;  // tensor of the file → the graph's state
  TensorNames names_;
  std::map<TensorId, TensorId> reordered_;
  std::map<uint32_t, std::shared_ptr<const std::string>> data_;
  size_t scale_count_ = 0;
};

bool Sniff(const std::string& bytes) {
  return bytes.size() >= 8 && bytes.compare(4, 4, tflite::ModelIdentifier()) == 0;
}

absl::StatusOr<ImportedModel> ImportBytes(const std::string& bytes, const InputOptions&) {
  ER_ASSIGN_OR_RETURN(TfliteView view, OpenTflite(bytes));
  return Import(view).Run();
}

std::vector<std::pair<std::string, std::string>> Operators() {
  std::vector<std::pair<std::string, std::string>> list;
  for (const TfliteHandler& handler : TfliteHandlers()) {
    list.emplace_back(BuiltinName(handler.code), handler.graph_op);
  }
  return list;
}

}  // namespace

Importer TfliteImporter() {
  return {"tflite", "TensorFlow Lite (.tflite)", Sniff, ImportBytes, Operators, TfliteNotTaken};
}

}  // namespace edgerack::compiler
