// LSTM, RNN and SVDF, whose states are variables of the file that the operator itself changes.
#include <cmath>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/importers/tflite/resource_variables.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::string> ActivationName(tflite::FusedActivation activation) {
  switch (activation) {
    case tflite::FusedActivation::NONE:
      return std::string("none");
    case tflite::FusedActivation::RELU:
      return std::string("relu");
    case tflite::FusedActivation::RELU6:
      return std::string("relu6");
    case tflite::FusedActivation::RELU_N1_TO_1:
      return std::string("relu_n1_to_1");
    case tflite::FusedActivation::TANH:
      return std::string("tanh");
    default:
      return Refuse("UNSUPPORTED_ATTRIBUTE", "fused_activation_function is " +
                                                 std::to_string(static_cast<int>(activation)) +
                                                 "; supported are NONE, RELU, RELU6, RELU_N1_TO_1, "
                                                 "TANH. Train the layer with one of these");
  }
}

// By value: adding a tensor may move them all.
std::string LayerName(const NodeContext& c) { return c.out().name; }

absl::Status RequireAbsent(const NodeContext& c, size_t first, size_t last, const char* what) {
  for (size_t i = first; i <= last; ++i) {
    if (!c.has(i)) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE", std::string("it has ") + what + " ('" +
                                               c.graph.tensor(c.inputs[i]).name +
                                               "'); supported are layers without them. Build it "
                                               "so");
  }
  return absl::OkStatus();
}

// Constants of one type, put one after another; absent ones count as `fill_elements` zeros.
absl::StatusOr<Tensor> Join(const NodeContext& c, const std::vector<int>& inputs,
                            int64_t fill_elements, const std::string& name) {
  Tensor joined;
  joined.name = name;
  std::string bytes;
  int64_t scale_rows = 0;
  for (int i : inputs) {
    const Tensor* t = i >= 0 && c.has(static_cast<size_t>(i))
                          ? &c.graph.tensor(c.inputs[static_cast<size_t>(i)])
                          : nullptr;
    if (t == nullptr) continue;
    if (!t->constant() || static_cast<int64_t>(t->data->size()) != t->bytes()) {
      return Refuse(
          "UNSUPPORTED_ATTRIBUTE",
          "weights '" + t->name +
              "' are computed or cut off; supported are constants. Convert the model again");
    }
    joined.dtype = t->dtype;
    scale_rows = t->shape.empty() ? 0 : t->shape[0];
  }
  for (int i : inputs) {
    if (i < 0 || !c.has(static_cast<size_t>(i))) {
      bytes.append(static_cast<size_t>(fill_elements * DTypeBytes(joined.dtype)), '\0');
      if (joined.dtype != DType::kS8) continue;
      joined.quantization.scales.insert(joined.quantization.scales.end(),
                                        static_cast<size_t>(scale_rows), 1.0f);
      continue;
    }
    const Tensor& t = c.graph.tensor(c.inputs[static_cast<size_t>(i)]);
    if (t.dtype != joined.dtype || t.elements() != fill_elements) {
      return Refuse(
          "UNSUPPORTED_TYPE",
          "weights '" + t.name + "' are " + DTypeName(t.dtype) + " " + ShapeText(t.shape) +
              "; supported is one type and size for all of the layer's. Convert the model again");
    }
    bytes += *t.data;
    if (joined.dtype != DType::kS8) continue;
    if (!t.quantization.per_tensor() || t.quantization.zero_points[0] != 0) {
      return Refuse("UNSUPPORTED_QUANTIZATION",
                    "weights '" + t.name +
                        "' have several scales or a zero point; supported is one scale and zero "
                        "point 0. Convert the model again");
    }
    joined.quantization.scales.insert(joined.quantization.scales.end(),
                                      static_cast<size_t>(t.shape[0]), t.quantization.scales[0]);
  }
  joined.quantization.zero_points.assign(joined.quantization.scales.size(), 0);
  joined.quantization.axis = joined.quantization.scales.empty() ? 0 : 1;
  joined.data = std::make_shared<const std::string>(std::move(bytes));
  return joined;
}

// A reshape to another tensor of as many elements.
TensorId Reshaped(NodeContext& c, TensorId from, const Shape& shape, const std::string& name) {
  Tensor tensor = c.graph.tensor(from);
  tensor.name = name;
  tensor.shape = shape;
  tensor.data = nullptr;
  const TensorId to = c.Add(std::move(tensor));
  c.Append("reshape", {from}, to).attributes["shape"] = ShapeAttribute(shape);
  return to;
}

// One direction of a recurrent layer: positions of its operands among the file's inputs, -1 =
// absent, in the order of the graph's gates.
struct Layer {
  const char* graph_op;
  std::vector<int> w, r, bias, peepholes;
  int initial_h;
  int initial_c;  // -1: the cell has none
  bool reverse = false;
  bool time_major = false;
  Attributes attributes = {};
};

struct Sizes {
  int32_t steps, batch, inputs, hidden;
};

absl::StatusOr<Sizes> SizesOf(const NodeContext& c, const Layer& layer) {
  const Shape& x = c.graph.tensor(c.inputs[0]).shape;
  const int r = layer.r.back();
  if (!c.has(static_cast<size_t>(r)) || !c.has(static_cast<size_t>(layer.initial_h)) ||
      x.size() < 2 || x.size() > 3) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "its input has shape " + ShapeText(x) +
                      ", or its recurrent weights or state are absent; supported are sequences "
                      "(batch x time x inputs) with both. Convert the model again");
  }
  const Shape& recurrent = c.graph.tensor(c.inputs[static_cast<size_t>(r)]).shape;
  if (recurrent.size() != 2 || recurrent[0] != recurrent[1]) {
    return Refuse("UNSUPPORTED_SHAPE", "its recurrent weights have shape " + ShapeText(recurrent) +
                                           "; supported are square ones, without a projection. "
                                           "Train the layer without one");
  }
  Sizes sizes = {};
  const size_t time = layer.time_major ? 0 : 1;
  sizes.steps = x.size() == 3 ? x[time] : 1;
  sizes.batch = x.size() == 3 ? x[1 - time] : x[0];
  sizes.inputs = x.back();
  sizes.hidden = recurrent[0];
  return sizes;
}

absl::StatusOr<TensorId> JoinedOperand(NodeContext& c, const std::vector<int>& inputs,
                                       int64_t elements, const Shape& shape, const char* what) {
  ER_ASSIGN_OR_RETURN(Tensor joined, Join(c, inputs, elements, LayerName(c) + what));
  joined.shape = shape;
  return c.Add(std::move(joined));
}

// The state as the graph's operator takes it, and room for its next value.
struct StateTensors {
  TensorId initial;
  TensorId next;
};

absl::StatusOr<StateTensors> AddState(NodeContext& c, int input, const Shape& shape,
                                      const char* what) {
  const TensorId state = c.inputs[static_cast<size_t>(input)];
  if (c.graph.tensor(state).elements() != ElementCount(shape)) {
    return Refuse("UNSUPPORTED_SHAPE", "its state '" + c.graph.tensor(state).name + "' has shape " +
                                           ShapeText(c.graph.tensor(state).shape) +
                                           "; supported is batch x units. Convert the model again");
  }
  StateTensors tensors;
  tensors.initial = Reshaped(c, state, shape, LayerName(c) + what);
  Tensor next = c.graph.tensor(tensors.initial);
  next.name += ".next";
  tensors.next = c.Add(std::move(next));
  return tensors;
}

// Appends the layer; its sequence of outputs is written to `output`.
absl::Status AppendLayer(NodeContext& c, const Layer& layer, TensorId output) {
  ER_ASSIGN_OR_RETURN(const Sizes s, SizesOf(c, layer));
  const bool has_cell = layer.initial_c >= 0;
  const int32_t gates = static_cast<int32_t>(layer.w.size());
  const Shape x_shape =
      layer.time_major ? Shape{s.steps, s.batch, s.inputs} : Shape{s.batch, s.steps, s.inputs};
  const Shape y_shape = layer.time_major ? Shape{s.steps, 1, s.batch, s.hidden}
                                         : Shape{s.batch, s.steps, 1, s.hidden};
  const Shape state_shape =
      layer.time_major ? Shape{1, s.batch, s.hidden} : Shape{s.batch, 1, s.hidden};
  TensorId x = c.inputs[0];
  if (c.graph.tensor(x).shape != x_shape) x = Reshaped(c, x, x_shape, LayerName(c) + ".sequence");
  std::vector<TensorId> operands(has_cell ? 8 : 6, kNoTensor);
  operands[0] = x;
  ER_ASSIGN_OR_RETURN(operands[1], JoinedOperand(c, layer.w, int64_t{s.hidden} * s.inputs,
                                                 {1, gates * s.hidden, s.inputs}, ".w"));
  ER_ASSIGN_OR_RETURN(operands[2], JoinedOperand(c, layer.r, int64_t{s.hidden} * s.hidden,
                                                 {1, gates * s.hidden, s.hidden}, ".r"));
  std::vector<int> bias = layer.bias;
  bias.resize(layer.bias.size() * 2, -1);  // ONNX's second half, of the recurrent weights
  ER_ASSIGN_OR_RETURN(operands[3],
                      JoinedOperand(c, bias, s.hidden, {1, 2 * gates * s.hidden}, ".b"));
  ER_ASSIGN_OR_RETURN(StateTensors h, AddState(c, layer.initial_h, state_shape, ".h"));
  operands[5] = h.initial;
  StateTensors cell = {kNoTensor, kNoTensor};
  if (has_cell) {
    ER_ASSIGN_OR_RETURN(cell, AddState(c, layer.initial_c, state_shape, ".c"));
    operands[6] = cell.initial;
  }
  if (!layer.peepholes.empty() && c.has(static_cast<size_t>(layer.peepholes.back()))) {
    ER_ASSIGN_OR_RETURN(operands[7],
                        JoinedOperand(c, layer.peepholes, s.hidden, {1, 3 * s.hidden}, ".p"));
  }
  Tensor sequence = c.graph.tensor(output);
  sequence.name = LayerName(c) + ".y";
  sequence.shape = y_shape;
  const TensorId y = c.Add(std::move(sequence));
  Node& node = c.Append(layer.graph_op, std::move(operands), y);
  node.name = LayerName(c);
  node.outputs = {y, h.next};
  if (has_cell) node.outputs.push_back(cell.next);
  node.attributes = layer.attributes;
  if (!layer.time_major) node.attributes["layout"] = int64_t{1};
  if (layer.reverse) node.attributes["direction"] = std::string("reverse");
  const Shape shape = c.graph.tensor(output).shape;
  c.Append("reshape", {y}, output).attributes["shape"] = ShapeAttribute(shape);
  auto change = [&](int input, TensorId next, const char* name) {
    const size_t i = static_cast<size_t>(input);
    const Shape own = c.graph.tensor(c.inputs[i]).shape;
    c.changed_variables.emplace_back(i, Reshaped(c, next, own, LayerName(c) + name));
  };
  change(layer.initial_h, h.next, ".h.kept");
  if (has_cell) change(layer.initial_c, cell.next, ".c.kept");
  return absl::OkStatus();
}

// Positions of an LSTM's operands; `first` is that of the first input weights.
Layer LstmLayer(const NodeContext& c, int first, int state) {
  Layer layer = {"lstm", {}, {}, {}, {}, state, state + 1};
  for (int gate : {0, 3, 1, 2}) {  // i o f c; the file has i f c o
    layer.w.push_back(first + gate);
    layer.r.push_back(first + 4 + gate);
    layer.bias.push_back(first + 11 + gate);
  }
  layer.peepholes = {first + 8, first + 10, first + 9};
  if (!c.has(static_cast<size_t>(first))) layer.attributes["coupling"] = std::string("input");
  return layer;
}

absl::Status SetCell(NodeContext& c, tflite::FusedActivation activation, float cell_clip,
                     Layer& layer) {
  ER_ASSIGN_OR_RETURN(const std::string name, ActivationName(activation));
  layer.attributes["activations"] = "sigmoid " + name + " " + name;
  if (cell_clip > 0 && std::isfinite(cell_clip)) {
    layer.attributes["cell_clip"] = static_cast<double>(cell_clip);
  }
  const Tensor& x = c.graph.tensor(c.inputs[0]);
  if (x.dtype != DType::kS8) return absl::OkStatus();
  const Tensor& cell = c.graph.tensor(c.inputs[static_cast<size_t>(layer.initial_c)]);
  const float scale = cell.quantization.per_tensor() ? cell.quantization.scales[0] : 0.0f;
  int exponent = 0;
  if (cell.dtype != DType::kS16 || std::frexp(scale, &exponent) != 0.5f) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "its cell state '" + cell.name +
                      "' has another type or scale than the supported "
                      "int16 with a power of two. Convert the model again");
  }
  layer.attributes["cell_integer_bits"] = int64_t{exponent} - 1 + 15;
  if (c.intermediates.size() > 4) {
    const Quantization& hidden = c.graph.tensor(c.intermediates[4]).quantization;
    if (hidden.per_tensor()) {
      layer.attributes["hidden_scale"] = static_cast<double>(hidden.scales[0]);
      layer.attributes["hidden_zero_point"] = int64_t{hidden.zero_points[0]};
    }
  }
  return absl::OkStatus();
}

// Both directions, joined along the features where the file says so.
absl::Status AppendBoth(NodeContext& c, const Layer& forward, const Layer& backward, bool merge) {
  if (!merge) {
    if (c.outputs.size() != 2) {
      return Refuse("BAD_MODEL_FILE", "it has one output; its two directions need two");
    }
    ER_RETURN_IF_ERROR(AppendLayer(c, forward, c.outputs[0]));
    return AppendLayer(c, backward, c.outputs[1]);
  }
  std::vector<TensorId> halves;
  for (const Layer* layer : {&forward, &backward}) {
    ER_ASSIGN_OR_RETURN(const Sizes s, SizesOf(c, *layer));
    Tensor half = c.graph.tensor(c.outputs[0]);
    half.name += layer->reverse ? ".backward" : ".forward";
    if (half.shape.empty())
      return Refuse("UNSUPPORTED_SHAPE",
                    "its output is a scalar; supported are sequences. Convert the model again");
    half.shape.back() = s.hidden;
    halves.push_back(c.Add(std::move(half)));
    ER_RETURN_IF_ERROR(AppendLayer(c, *layer, halves.back()));
  }
  const int64_t axis = static_cast<int64_t>(c.graph.tensor(c.outputs[0]).shape.size()) - 1;
  c.Append("concat", halves, c.outputs[0]).attributes["axis"] = axis;
  return absl::OkStatus();
}

absl::Status ImportLstm(NodeContext& c) {
  ER_RETURN_IF_ERROR(RequireAbsent(c, 16, 17, "projection weights"));
  ER_RETURN_IF_ERROR(RequireAbsent(c, 20, 23, "layer normalization weights"));
  if (!c.has(18) || !c.has(19)) {
    return Refuse("BAD_MODEL_FILE", "its state tensors are absent; convert the model again");
  }
  Layer layer = LstmLayer(c, 1, 18);
  if (const auto* o = c.op.raw->options_as_UnidirectionalSequenceLSTMOptions()) {
    layer.time_major = o->time_major();
    ER_RETURN_IF_ERROR(SetCell(c, o->fused_activation_function(), o->cell_clip(), layer));
  } else if (const auto* single = c.op.raw->options_as_LSTMOptions()) {
    if (single->kernel_type() != tflite::LSTMKernelType::FULL) {
      return Refuse("UNSUPPORTED_ATTRIBUTE",
                    "kernel_type is BASIC; supported is FULL. Convert the model again");
    }
    ER_RETURN_IF_ERROR(SetCell(c, single->fused_activation_function(), single->cell_clip(), layer));
  } else {
    return NoOptions("LSTM options");
  }
  return AppendLayer(c, layer, c.outputs[0]);
}

absl::Status ImportBidirectionalLstm(NodeContext& c) {
  const auto* o = c.op.raw->options_as_BidirectionalSequenceLSTMOptions();
  if (o == nullptr) return NoOptions("BidirectionalSequenceLSTMOptions");
  ER_RETURN_IF_ERROR(RequireAbsent(c, 16, 17, "projection weights"));
  ER_RETURN_IF_ERROR(RequireAbsent(c, 33, 34, "projection weights"));
  ER_RETURN_IF_ERROR(RequireAbsent(c, 39, 47, "auxiliary inputs"));
  for (size_t i = 35; i < 39; ++i) {
    if (!c.has(i)) return Refuse("BAD_MODEL_FILE", "its state tensors are absent");
  }
  Layer forward = LstmLayer(c, 1, 35);
  Layer backward = LstmLayer(c, 18, 37);
  backward.reverse = true;
  for (Layer* layer : {&forward, &backward}) {
    layer->time_major = o->time_major();
    ER_RETURN_IF_ERROR(SetCell(c, o->fused_activation_function(), o->cell_clip(), *layer));
  }
  return AppendBoth(c, forward, backward, o->merge_outputs());
}

absl::Status ImportRnn(NodeContext& c) {
  Layer layer = {"rnn", {1}, {2}, {3}, {}, 4, -1};
  tflite::FusedActivation activation;
  if (const auto* o = c.op.raw->options_as_SequenceRNNOptions()) {
    layer.time_major = o->time_major();
    activation = o->fused_activation_function();
  } else if (const auto* single = c.op.raw->options_as_RNNOptions()) {
    activation = single->fused_activation_function();
  } else {
    return NoOptions("RNN options");
  }
  ER_ASSIGN_OR_RETURN(layer.attributes["activations"], ActivationName(activation));
  return AppendLayer(c, layer, c.outputs[0]);
}

absl::Status ImportBidirectionalRnn(NodeContext& c) {
  const auto* o = c.op.raw->options_as_BidirectionalSequenceRNNOptions();
  if (o == nullptr) return NoOptions("BidirectionalSequenceRNNOptions");
  ER_RETURN_IF_ERROR(RequireAbsent(c, 9, 11, "auxiliary inputs"));
  Layer forward = {"rnn", {1}, {2}, {3}, {}, 4, -1};
  Layer backward = {"rnn", {5}, {6}, {7}, {}, 8, -1, true};
  for (Layer* layer : {&forward, &backward}) {
    layer->time_major = o->time_major();
    ER_ASSIGN_OR_RETURN(layer->attributes["activations"],
                        ActivationName(o->fused_activation_function()));
  }
  return AppendBoth(c, forward, backward, o->merge_outputs());
}

absl::Status ImportSvdf(NodeContext& c) {
  const auto* o = c.op.raw->options_as_SVDFOptions();
  if (o == nullptr) return NoOptions("SVDFOptions");
  ER_ASSIGN_OR_RETURN(const std::string activation, ActivationName(o->fused_activation_function()));
  if (!c.has(4)) return Refuse("BAD_MODEL_FILE", "its state is absent");
  Tensor next = c.graph.tensor(c.inputs[4]);
  next.name += ".next";
  const TensorId next_id = c.Add(std::move(next));
  Node& node = c.Append("svdf", c.inputs, c.outputs[0]);
  node.outputs.push_back(next_id);
  node.attributes["rank"] = int64_t{o->rank()};
  if (activation != "none") node.attributes["act"] = activation;
  c.changed_variables.emplace_back(4, next_id);
  return absl::OkStatus();
}

// What the variable holds by now, worked out by the importer.
absl::Status ImportReadVariable(NodeContext& c) {
  c.ReshapeTo(c.inputs[0]);
  return absl::OkStatus();
}

absl::Status ImportAssignVariable(NodeContext& c) {
  c.changed_variables.emplace_back(0, c.inputs[1]);
  return absl::OkStatus();
}

// Handles and initial values are read before the operators, see resource_variables.h.
absl::Status ImportNothing(NodeContext&) { return absl::OkStatus(); }

}  // namespace

std::vector<TfliteHandler> RecurrentHandlers() {
  return {{16, "lstm", 1, 24, 0, ImportLstm},
          {24, "rnn", 5, 5, 0, ImportRnn},
          {27, "svdf", 3, 5, 0, ImportSvdf},
          {35, "rnn", 5, 5, 0, ImportRnn},
          {44, "lstm", 1, 24, 0, ImportLstm},
          {46, "rnn", 9, 12, 0, ImportBidirectionalRnn, nullptr, 2},
          {52, "lstm", 1, 48, 0, ImportBidirectionalLstm, nullptr, 2},
          {kCallOnce, "copy", 0, 0, 0, ImportNothing},
          {kVarHandle, "copy", 0, 0, 0, ImportNothing},
          {kReadVariable, "copy", 1, 1, 0, ImportReadVariable},
          {kAssignVariable, "copy", 2, 2, 0, ImportAssignVariable}};
}

}  // namespace edgerack::compiler
