#include "server/compiler/importers/tflite/import_node.h"

#include <algorithm>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

Node& NodeContext::Append(const std::string& graph_op, std::vector<TensorId> node_inputs,
                          TensorId output, Attributes attributes) {
  Node node;
  node.name = graph.tensor(output).name;
  node.op = graph_op;
  node.inputs = std::move(node_inputs);
  node.outputs = {output};
  node.attributes = std::move(attributes);
  node.fused_from = {op.operator_name};
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back();
}

absl::StatusOr<TensorId> NodeContext::Step(const std::string& graph_op,
                                           std::vector<TensorId> node_inputs,
                                           const std::string& suffix, Attributes attributes) {
  for (TensorId id : node_inputs) {
    if (id == kNoTensor || graph.tensor(id).elements() >= 1) continue;
    return Refuse("UNSUPPORTED_SHAPE",
                  "'" + graph.tensor(id).name + "' has shape " + ShapeText(graph.tensor(id).shape) +
                      "; supported are fixed dimensions of at least 1. Convert "
                      "the model with a fixed input shape");
  }
  Node node;
  node.op = graph_op;
  node.inputs = node_inputs;
  node.outputs = node_inputs;  // a place for the one that comes; infer() does not read it
  node.outputs.resize(1, kNoTensor);
  node.attributes = attributes;
  ER_ASSIGN_OR_RETURN(std::vector<TensorType> types, InferTypes(graph, node));
  Tensor between;
  between.name = names.Unique(out().name + "." + suffix);
  between.dtype = types[0].dtype;
  between.shape = types[0].shape;
  between.quantization = graph.tensor(node_inputs[0]).quantization;
  graph.tensors.push_back(std::move(between));
  const TensorId id = static_cast<TensorId>(graph.tensors.size() - 1);
  Append(graph_op, std::move(node_inputs), id, std::move(attributes));
  return id;
}

TensorId NodeContext::Constant(const std::string& suffix, DType dtype, const Shape& shape,
                               std::string bytes, const Quantization& quantization) {
  Tensor constant;
  constant.name = names.Unique(out().name + "." + suffix);
  constant.dtype = dtype;
  constant.shape = shape;
  constant.quantization = quantization;
  constant.data = std::make_shared<const std::string>(std::move(bytes));
  graph.tensors.push_back(std::move(constant));
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

TensorId NodeContext::Add(Tensor tensor) {
  tensor.name = names.Unique(tensor.name);
  graph.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

void NodeContext::ReshapeTo(TensorId x, size_t i) {
  Append("reshape", {x}, outputs[i], {{"shape", ShapeAttribute(out(i).shape)}});
}

absl::StatusOr<std::vector<int64_t>> NodeContext::Integers(size_t input, const char* what) const {
  const Tensor& t = in(input);
  const bool integers = t.dtype == DType::kS32 || t.dtype == DType::kS64;
  if (!t.constant() || !integers || t.elements() < 1 || t.elements() > 64 ||
      static_cast<int64_t>(t.data->size()) != t.bytes()) {
    return Refuse(
        "UNSUPPORTED_ATTRIBUTE",
        std::string(what) + " is '" + t.name + "', " +
            (t.constant() ? std::string(DTypeName(t.dtype)) + " of shape " + ShapeText(t.shape)
                          : "which follows from the data the model is fed") +
            "; supported are integer constants of 1 to 64 elements. Make it a constant of "
            "the model");
  }
  std::vector<int64_t> values;
  for (size_t i = 0; i < static_cast<size_t>(t.elements()); ++i) {
    values.push_back(t.dtype == DType::kS32 ? LoadElement<int32_t>(*t.data, i)
                                            : LoadElement<int64_t>(*t.data, i));
  }
  return values;
}

absl::StatusOr<int64_t> NodeContext::Integer(size_t input, const char* what) const {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> values, Integers(input, what));
  if (values.size() == 1) return values[0];
  return Refuse("BAD_MODEL_FILE", std::string(what) + " has " + std::to_string(values.size()) +
                                      " elements instead of one; export the model again");
}

absl::Status SetActivation(tflite::FusedActivation activation, Node& node) {
  switch (activation) {
    case tflite::FusedActivation::NONE:
      return absl::OkStatus();
    case tflite::FusedActivation::RELU:
      node.attributes["act"] = std::string("relu");
      return absl::OkStatus();
    case tflite::FusedActivation::RELU6:
      node.attributes["act"] = std::string("relu6");
      return absl::OkStatus();
    case tflite::FusedActivation::RELU_N1_TO_1:
      node.attributes["act"] = std::string("relu_n1_to_1");
      return absl::OkStatus();
    default:
      break;
  }
  const char* name = tflite::EnumNameFusedActivation(activation);
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                std::string("fused_activation_function is ") +
                    (*name ? name : std::to_string(static_cast<int>(activation)).c_str()) +
                    "; supported are NONE, RELU, RELU6, RELU_N1_TO_1. Use one of them in this "
                    "layer");
}

absl::Status RequireNoActivation(tflite::FusedActivation activation) {
  if (activation == tflite::FusedActivation::NONE) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "fused_activation_function is " + std::to_string(static_cast<int>(activation)) +
                    "; supported is NONE (0) for this operator. Make the activation a layer of its "
                    "own");
}

absl::Status NoOptions(const char* table) {
  return Refuse("BAD_MODEL_FILE",
                std::string("its ") + table + " are missing; export the model again");
}

absl::StatusOr<size_t> AxisBelow(int64_t axis, size_t rank) {
  const int64_t count = static_cast<int64_t>(rank);
  if (axis >= -count && axis < count) return static_cast<size_t>(axis < 0 ? axis + count : axis);
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "axis is " + std::to_string(axis) + "; supported are " + std::to_string(-count) +
                    " to " + std::to_string(count - 1) + " for " + std::to_string(rank) +
                    " dimensions. Convert the model again");
}

std::vector<int64_t> ShapeAttribute(const Shape& shape) { return {shape.begin(), shape.end()}; }

const std::vector<TfliteHandler>& TfliteHandlers() {
  static const auto* all = [] {
    auto* handlers = new std::vector<TfliteHandler>;
    for (const auto& group :
         {ConvolutionHandlers(), PoolHandlers(), ProductHandlers(), ElementwiseHandlers(),
          ReductionHandlers(), NormalizationHandlers(), RecurrentHandlers(), MovementHandlers(),
          JoinHandlers(), SliceHandlers(), IndexHandlers(), ImageHandlers(), ConstantHandlers()}) {
      handlers->insert(handlers->end(), group.begin(), group.end());
    }
    std::sort(handlers->begin(), handlers->end(),
              [](const TfliteHandler& a, const TfliteHandler& b) { return a.code < b.code; });
    return handlers;
  }();
  return *all;
}

const TfliteHandler* FindTfliteHandler(int32_t code) {
  for (const TfliteHandler& handler : TfliteHandlers()) {
    if (handler.code == code) return &handler;
  }
  return nullptr;
}

}  // namespace edgerack::compiler
