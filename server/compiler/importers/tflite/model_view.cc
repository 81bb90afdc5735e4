#include "server/compiler/importers/tflite/model_view.h"

#include <cstring>

#include "server/compiler/importers/tflite/builtin_names.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxTensors = 16384;
constexpr size_t kMaxOperators = 16384;
constexpr size_t kMaxOperands = 64;
constexpr size_t kMaxNameBytes = 512;
constexpr int32_t kCustom = 32;
constexpr int32_t kCallOnce = 129;
constexpr int32_t kAssignVariable = 144;

absl::Status Bad(const std::string& message) {
  return Refuse("BAD_MODEL_FILE", message + "; the .tflite file is damaged, export it again");
}

template <typename T>
size_t SizeOf(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

absl::StatusOr<std::vector<int32_t>> Indices(const flatbuffers::Vector<int32_t>* list,
                                             size_t tensor_count, bool may_be_absent,
                                             const std::string& where) {
  std::vector<int32_t> indices;
  if (SizeOf(list) > kMaxOperands) {
    return Bad(where + " has " + std::to_string(list->size()) + " tensors, more than " +
               std::to_string(kMaxOperands));
  }
  for (size_t i = 0; i < SizeOf(list); ++i) {
    int32_t index = list->Get(static_cast<flatbuffers::uoffset_t>(i));
    bool absent = index == -1 && may_be_absent;
    if (!absent && (index < 0 || static_cast<size_t>(index) >= tensor_count)) {
      return Bad(where + " names tensor " + std::to_string(index) + " of " +
                 std::to_string(tensor_count));
    }
    indices.push_back(index);
  }
  return indices;
}

std::string OperatorName(const tflite::OperatorCode& code, int32_t builtin) {
  if (builtin != kCustom) return BuiltinName(builtin);
  std::string name = code.custom_code() ? code.custom_code()->str().substr(0, 100) : "";
  return "CUSTOM operator '" + name + "'";
}

absl::StatusOr<TfliteOperator> OpenOperator(const tflite::Model& model, const tflite::Operator& raw,
                                            size_t index, size_t tensor_count) {
  const std::string where = "operator " + std::to_string(index);
  if (raw.opcode_index() >= SizeOf(model.operator_codes())) {
    return Bad(where + " names operator code " + std::to_string(raw.opcode_index()));
  }
  const tflite::OperatorCode* code = model.operator_codes()->Get(raw.opcode_index());
  TfliteOperator op;
  // Old files hold the code in a byte, new ones in a wider field beside it.
  op.code = std::max<int32_t>(code->deprecated_builtin_code(), code->builtin_code());
  op.operator_name = OperatorName(*code, op.code);
  op.raw = &raw;
  ER_ASSIGN_OR_RETURN(op.inputs, Indices(raw.inputs(), tensor_count, true, where));
  ER_ASSIGN_OR_RETURN(op.outputs, Indices(raw.outputs(), tensor_count, false, where));
  const bool acts = op.code == kCallOnce || op.code == kAssignVariable;
  if (op.outputs.empty() && !acts) return Bad(where + " (" + op.operator_name + ") has no output");
  return op;
}

}  // namespace

absl::StatusOr<TfliteView> OpenSubgraph(const tflite::Model& model, size_t index) {
  TfliteView view;
  view.model = &model;
  if (index >= SizeOf(model.subgraphs())) {
    return Bad("the model has " + std::to_string(SizeOf(model.subgraphs())) + " graphs, not " +
               std::to_string(index + 1));
  }
  const tflite::SubGraph& graph =
      *model.subgraphs()->Get(static_cast<flatbuffers::uoffset_t>(index));
  if (SizeOf(graph.tensors()) > kMaxTensors || SizeOf(graph.operators()) > kMaxOperators) {
    return Refuse("MODEL_TOO_LARGE", "the model has " + std::to_string(SizeOf(graph.tensors())) +
                                         " tensors and " +
                                         std::to_string(SizeOf(graph.operators())) +
                                         " operators; the limit is 16384 of each");
  }
  for (size_t i = 0; i < SizeOf(model.buffers()); ++i) {
    view.buffers.push_back(model.buffers()->Get(static_cast<flatbuffers::uoffset_t>(i)));
  }
  for (size_t i = 0; i < SizeOf(graph.tensors()); ++i) {
    const tflite::Tensor* tensor = graph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (tensor->buffer() != 0 && tensor->buffer() >= view.buffers.size()) {
      return Bad("tensor " + std::to_string(i) + " names buffer " +
                 std::to_string(tensor->buffer()) + " of " + std::to_string(view.buffers.size()));
    }
    view.tensors.push_back(tensor);
  }
  for (size_t i = 0; i < SizeOf(graph.operators()); ++i) {
    ER_ASSIGN_OR_RETURN(
        TfliteOperator op,
        OpenOperator(model, *graph.operators()->Get(static_cast<flatbuffers::uoffset_t>(i)), i,
                     view.tensors.size()));
    view.operators.push_back(std::move(op));
  }
  ER_ASSIGN_OR_RETURN(view.inputs,
                      Indices(graph.inputs(), view.tensors.size(), false, "the input list"));
  ER_ASSIGN_OR_RETURN(view.outputs,
                      Indices(graph.outputs(), view.tensors.size(), false, "the output list"));
  if (view.outputs.empty() && index == 0) return Bad("the model has no output");
  return view;
}

absl::StatusOr<TfliteView> OpenTflite(const std::string& bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  flatbuffers::Verifier verifier(data, bytes.size(), /*max_depth=*/16, /*max_tables=*/200'000);
  if (!tflite::VerifyModelBuffer(verifier)) {
    return Bad("the file starts like TensorFlow Lite but its structure is broken (" +
               std::to_string(bytes.size()) + " bytes; perhaps it was cut off)");
  }
  return OpenSubgraph(*tflite::GetModel(data), 0);
}

int64_t ElementAt(const flatbuffers::Vector<int64_t>& numbers, size_t i) {
  int64_t value = 0;
  std::memcpy(&value, numbers.Data() + i * sizeof value, sizeof value);
  return flatbuffers::EndianScalar(value);
}

const flatbuffers::Vector<uint8_t>* ConstantBytes(const TfliteView& view,
                                                  const tflite::Tensor& tensor) {
  if (tensor.buffer() == 0) return nullptr;
  const auto* data = view.buffers[tensor.buffer()]->data();
  return SizeOf(data) == 0 ? nullptr : data;
}

std::string TensorName(const tflite::Tensor& tensor) {
  return tensor.name() == nullptr ? "" : tensor.name()->str().substr(0, kMaxNameBytes);
}

}  // namespace edgerack::compiler
