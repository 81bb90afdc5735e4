#include "server/compiler/importers/tflite/import_node.h"

#include <algorithm>
#include <functional>
#include <set>

#include "server/compiler/importers/tflite/builtin_names.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

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

absl::Status NoOptions(const char* table) {
  return Refuse("BAD_MODEL_FILE",
                std::string("its ") + table + " are missing; export the model again");
}

// Fills stride, dilation and the explicit padding that SAME or VALID means for this input.
absl::Status SetWindow(const NodeContext& c, tflite::Padding padding, int32_t stride_h,
                       int32_t stride_w, int32_t kernel_h, int32_t kernel_w, int32_t dilation_h,
                       int32_t dilation_w, Node& node) {
  const Shape& in = c.graph.tensor(c.inputs[0]).shape;
  if (in.size() != 4) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "its input has shape " + ShapeText(in) + "; expected NHWC with 4 dimensions");
  }
  if (stride_h < 1 || stride_w < 1 || kernel_h < 1 || kernel_w < 1 || dilation_h < 1 ||
      dilation_w < 1) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "stride, window and dilation must be at least 1; found stride " +
                      std::to_string(stride_h) + "x" + std::to_string(stride_w) + ", window " +
                      std::to_string(kernel_h) + "x" + std::to_string(kernel_w) + ", dilation " +
                      std::to_string(dilation_h) + "x" + std::to_string(dilation_w));
  }
  if (padding != tflite::Padding::SAME && padding != tflite::Padding::VALID) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "padding is " +
                                               std::to_string(static_cast<int>(padding)) +
                                               "; supported are SAME (0) and VALID (1)");
  }
  node.attributes["stride_h"] = int64_t{stride_h};
  node.attributes["stride_w"] = int64_t{stride_w};
  if (dilation_h != 1) node.attributes["dilation_h"] = int64_t{dilation_h};
  if (dilation_w != 1) node.attributes["dilation_w"] = int64_t{dilation_w};
  if (padding == tflite::Padding::VALID) return absl::OkStatus();
  auto pad = [&](int64_t extent, int64_t stride, int64_t kernel, int64_t dilation,
                 const char* before, const char* after) {
    int64_t out = (extent + stride - 1) / stride;
    int64_t total = (out - 1) * stride + (kernel - 1) * dilation + 1 - extent;
    if (total <= 0) return;
    if (total / 2 != 0) node.attributes[before] = total / 2;
    node.attributes[after] = total - total / 2;
  };
  pad(in[1], stride_h, kernel_h, dilation_h, "pad_top", "pad_bottom");
  pad(in[2], stride_w, kernel_w, dilation_w, "pad_left", "pad_right");
  return absl::OkStatus();
}

absl::StatusOr<Shape> FilterShape(const NodeContext& c) {
  Shape shape = c.inputs[1] == kNoTensor ? Shape{} : c.graph.tensor(c.inputs[1]).shape;
  if (shape.size() == 4) return shape;
  return Refuse("UNSUPPORTED_SHAPE",
                "its weights have shape " + ShapeText(shape) + "; expected 4 dimensions");
}

// Float activations with int8 weights. The first converters called such weights UINT8 though their
// bytes are int8 around zero, and TFLite still reads them so.
bool IsHybrid(const NodeContext& c) {
  if (c.inputs[1] == kNoTensor || c.graph.tensor(c.inputs[0]).dtype != DType::kF32) return false;
  Tensor& weights = c.graph.tensor(c.inputs[1]);
  if (weights.dtype == DType::kU8 && weights.constant()) weights.dtype = DType::kS8;
  return weights.dtype == DType::kS8;
}

// TFLite's hybrid convolution quantizes its input asymmetrically where the weights' scales differ.
bool HasDifferentScales(const NodeContext& c) {
  const std::vector<float>& scales = c.graph.tensor(c.inputs[1]).quantization.scales;
  return std::adjacent_find(scales.begin(), scales.end(), std::not_equal_to<>()) != scales.end();
}

absl::Status ImportConv2d(NodeContext& c) {
  const auto* o = c.op.raw->options_as_Conv2DOptions();
  if (o == nullptr) return NoOptions("Conv2DOptions");
  ER_ASSIGN_OR_RETURN(Shape filter, FilterShape(c));
  Node& node = c.Append("conv2d", c.inputs, c.outputs[0]);
  if (IsHybrid(c) && HasDifferentScales(c)) node.attributes["asymmetric_inputs"] = int64_t{1};
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow(c, o->padding(), o->stride_h(), o->stride_w(), filter[1], filter[2],
                   o->dilation_h_factor(), o->dilation_w_factor(), node);
}

absl::Status ImportDepthwiseConv2d(NodeContext& c) {
  const auto* o = c.op.raw->options_as_DepthwiseConv2DOptions();
  if (o == nullptr) return NoOptions("DepthwiseConv2DOptions");
  ER_ASSIGN_OR_RETURN(Shape filter, FilterShape(c));
  Node& node = c.Append("depthwise_conv2d", c.inputs, c.outputs[0]);
  if (IsHybrid(c)) node.attributes["asymmetric_inputs"] = int64_t{1};  // TFLite always does
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow(c, o->padding(), o->stride_h(), o->stride_w(), filter[1], filter[2],
                   o->dilation_h_factor(), o->dilation_w_factor(), node);
}

absl::Status ImportPool(NodeContext& c, const char* graph_op) {
  const auto* o = c.op.raw->options_as_Pool2DOptions();
  if (o == nullptr) return NoOptions("Pool2DOptions");
  Node& node = c.Append(graph_op, c.inputs, c.outputs[0]);
  node.attributes["kernel_h"] = int64_t{o->filter_height()};
  node.attributes["kernel_w"] = int64_t{o->filter_width()};
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow(c, o->padding(), o->stride_h(), o->stride_w(), o->filter_height(),
                   o->filter_width(), 1, 1, node);
}

absl::Status ImportMaxPool(NodeContext& c) { return ImportPool(c, "max_pool2d"); }
absl::Status ImportAvgPool(NodeContext& c) { return ImportPool(c, "avg_pool2d"); }

absl::Status ImportFullyConnected(NodeContext& c) {
  const auto* o = c.op.raw->options_as_FullyConnectedOptions();
  if (o == nullptr) return NoOptions("FullyConnectedOptions");
  if (o->weights_format() != 0) {
    return Refuse("UNSUPPORTED_ATTRIBUTE", "weights_format is " +
                                               std::to_string(o->weights_format()) +
                                               " (shuffled); supported is DEFAULT (0). Convert "
                                               "the model again without shuffled weights");
  }
  Node& node = c.Append("fully_connected", c.inputs, c.outputs[0]);
  if (IsHybrid(c) && o->asymmetric_quantize_inputs()) {
    node.attributes["asymmetric_inputs"] = int64_t{1};
  }
  if (o->keep_num_dims()) node.attributes["keep_dims"] = int64_t{1};
  return SetActivation(o->fused_activation_function(), node);
}

absl::Status ImportSoftmax(NodeContext& c) {
  const auto* o = c.op.raw->options_as_SoftmaxOptions();
  if (o == nullptr) return NoOptions("SoftmaxOptions");
  c.Append("softmax", c.inputs, c.outputs[0]).attributes["beta"] = static_cast<double>(o->beta());
  return absl::OkStatus();
}

absl::Status ImportAdd(NodeContext& c) {
  Node& node = c.Append("add", c.inputs, c.outputs[0]);
  const auto* o = c.op.raw->options_as_AddOptions();
  return o == nullptr ? absl::OkStatus() : SetActivation(o->fused_activation_function(), node);
}

std::vector<int64_t> ShapeAttribute(const Shape& shape) { return {shape.begin(), shape.end()}; }

absl::Status ImportReshape(NodeContext& c) {
  const Shape& shape = c.graph.tensor(c.outputs[0]).shape;
  c.Append("reshape", {c.inputs[0]}, c.outputs[0]).attributes["shape"] = ShapeAttribute(shape);
  return absl::OkStatus();
}

absl::Status ImportActivation(NodeContext& c, const char* activation) {
  c.Append("relu", c.inputs, c.outputs[0]).attributes["act"] = std::string(activation);
  return absl::OkStatus();
}

absl::Status ImportRelu(NodeContext& c) { return ImportActivation(c, "relu"); }
absl::Status ImportRelu6(NodeContext& c) { return ImportActivation(c, "relu6"); }
absl::Status ImportReluN1To1(NodeContext& c) { return ImportActivation(c, "relu_n1_to_1"); }

// The elements of a small integer constant.
absl::StatusOr<std::vector<int64_t>> IntegerConstant(const NodeContext& c, size_t input,
                                                     const char* what) {
  const Tensor& t = c.graph.tensor(c.inputs[input]);
  bool integers = t.dtype == DType::kS32 || t.dtype == DType::kS64;
  if (!t.constant() || !integers || t.elements() < 1 || t.elements() > 64 ||
      static_cast<int64_t>(t.data->size()) != t.bytes()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  std::string(what) + " '" + t.name + "' must be a small integer constant");
  }
  std::vector<int64_t> values;
  for (size_t i = 0; i < static_cast<size_t>(t.elements()); ++i) {
    values.push_back(static_cast<int64_t>(ElementAsDouble(t.dtype, *t.data, i)));
  }
  return values;
}

absl::Status ImportPad(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> pads, IntegerConstant(c, 1, "padding"));
  c.Append("pad", {c.inputs[0]}, c.outputs[0]).attributes["pads"] = pads;
  return absl::OkStatus();
}

absl::Status ImportPadV2(NodeContext& c) {
  const Tensor& value = c.graph.tensor(c.inputs[2]);
  const Tensor& x = c.graph.tensor(c.inputs[0]);
  double zero = x.quantization.per_tensor() ? x.quantization.zero_points[0] : 0.0;
  bool usable = value.constant() && value.elements() == 1 &&
                static_cast<int64_t>(value.data->size()) == value.bytes() && value.dtype == x.dtype;
  if (!usable || ElementAsDouble(value.dtype, *value.data, 0) != zero) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "constant_values is not real zero; only zero padding is supported");
  }
  return ImportPad(c);
}

// Mean over height and width is an average pool over the whole image.
absl::Status ImportMean(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> list, IntegerConstant(c, 1, "axis"));
  const Tensor x = c.graph.tensor(c.inputs[0]);
  std::set<int64_t> axes;
  for (int64_t axis : list) axes.insert(axis < 0 ? axis + 4 : axis);
  if (x.shape.size() != 4 || axes != std::set<int64_t>{1, 2}) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "it reduces a tensor of shape " + ShapeText(x.shape) +
                      "; supported is the mean over height and width (axes 1 and 2) of an NHWC "
                      "tensor. Use GlobalAveragePooling2D");
  }
  const Tensor y = c.graph.tensor(c.outputs[0]);
  const Shape pooled_shape = {x.shape[0], 1, 1, x.shape[3]};
  TensorId pooled = c.outputs[0];
  if (y.shape != pooled_shape) {
    Tensor between = y;
    between.name = y.name + ".pooled";
    between.shape = pooled_shape;
    pooled = c.graph.Add(between);
  }
  Node& pool = c.Append("avg_pool2d", {c.inputs[0]}, pooled);
  pool.attributes["kernel_h"] = int64_t{x.shape[1]};
  pool.attributes["kernel_w"] = int64_t{x.shape[2]};
  pool.attributes["stride_h"] = int64_t{1};
  pool.attributes["stride_w"] = int64_t{1};
  if (pooled != c.outputs[0]) {
    c.Append("reshape", {pooled}, c.outputs[0]).attributes["shape"] = ShapeAttribute(y.shape);
  }
  if (x.dtype == DType::kS8) {
    c.findings.push_back({"MEAN_ROUNDING", Severity::kInfo, c.name(),
                          "the mean runs as an average pool; where it lies exactly between two "
                          "int8 values it may differ by one step from TFLite's MEAN",
                          "none needed; AveragePooling2D has one rounding everywhere"});
  }
  return absl::OkStatus();
}

absl::Status ImportQuantize(NodeContext& c) {
  DType from = c.graph.tensor(c.inputs[0]).dtype;
  c.Append(from == DType::kF32 ? "quantize" : "requantize", c.inputs, c.outputs[0]);
  return absl::OkStatus();
}

absl::Status ImportDequantize(NodeContext& c) {
  c.Append("dequantize", c.inputs, c.outputs[0]);
  return absl::OkStatus();
}

}  // namespace

Node& NodeContext::Append(const std::string& graph_op, std::vector<TensorId> node_inputs,
                            TensorId output) {
  Node node;
  node.name = graph.tensor(output).name;
  node.op = graph_op;
  node.inputs = std::move(node_inputs);
  node.outputs = {output};
  node.fused_from = {op.operator_name};
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back();
}

const std::vector<TfliteHandler>& TfliteHandlers() {
  static const std::vector<TfliteHandler> handlers = {
      {0, "add", 2, 2, 0, ImportAdd},
      {1, "avg_pool2d", 1, 1, 0, ImportAvgPool},
      {3, "conv2d", 2, 3, 0, ImportConv2d},
      {4, "depthwise_conv2d", 2, 3, 0, ImportDepthwiseConv2d},
      {6, "dequantize", 1, 1, 0, ImportDequantize},
      {9, "fully_connected", 2, 3, 0, ImportFullyConnected},
      {16, "lstm", 1, 24, 0, ImportLstm},
      {17, "max_pool2d", 1, 1, 0, ImportMaxPool},
      {19, "relu", 1, 1, 0, ImportRelu},
      {20, "relu", 1, 1, 0, ImportReluN1To1},
      {21, "relu", 1, 1, 0, ImportRelu6},
      {22, "reshape", 1, 2, 0b10, ImportReshape},
      {24, "rnn", 5, 5, 0, ImportRnn},
      {25, "softmax", 1, 1, 0, ImportSoftmax},
      {27, "svdf", 3, 5, 0, ImportSvdf},
      {34, "pad", 2, 2, 0, ImportPad},
      {35, "rnn", 5, 5, 0, ImportRnn},
      {40, "avg_pool2d", 2, 2, 0, ImportMean},
      {43, "reshape", 1, 1, 0, ImportReshape},  // SQUEEZE
      {44, "lstm", 1, 24, 0, ImportLstm},
      {46, "rnn", 9, 12, 0, ImportBidirectionalRnn, 1, 2},
      {52, "lstm", 1, 48, 0, ImportBidirectionalLstm, 1, 2},
      {60, "pad", 3, 3, 0, ImportPadV2},
      {70, "reshape", 2, 2, 0b10, ImportReshape},  // EXPAND_DIMS
      {114, "quantize", 1, 1, 0, ImportQuantize},
  };
  return handlers;
}

const TfliteHandler* FindTfliteHandler(int32_t code) {
  for (const TfliteHandler& handler : TfliteHandlers()) {
    if (handler.code == code) return &handler;
  }
  return nullptr;
}

}  // namespace edgerack::compiler
