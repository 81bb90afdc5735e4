// CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, CONV_3D
#include <algorithm>
#include <functional>

#include "server/compiler/importers/tflite/constants.h"
#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/importers/tflite/hybrid.h"
#include "server/compiler/importers/tflite/window.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

// TFLite's hybrid convolution quantizes its input asymmetrically where the weights' scales differ.
bool HasDifferentScales(const NodeContext& c) {
  const std::vector<float>& scales = c.in(1).quantization.scales;
  return std::adjacent_find(scales.begin(), scales.end(), std::not_equal_to<>()) != scales.end();
}

absl::Status SetWindow2d(const Shape& in, const Shape& filter, tflite::Padding padding,
                         int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w,
                         Node& node) {
  return SetWindow({{"_h", in[1], filter[1], stride_h, dilation_h},
                    {"_w", in[2], filter[2], stride_w, dilation_w}},
                   padding, node);
}

absl::Status ImportConv2d(NodeContext& c) {
  const auto* o = c.op.raw->options_as_Conv2DOptions();
  if (o == nullptr) return NoOptions("Conv2DOptions");
  ER_ASSIGN_OR_RETURN(Shape in, FixedShape(c.in(0), 4, "its input"));
  ER_ASSIGN_OR_RETURN(Shape filter, FixedShape(c.in(1), 4, "its weights"));
  Node& node = c.Append("conv2d", c.inputs, c.outputs[0]);
  // Fewer channels in the weights than in the image: that many groups.
  const int32_t groups = filter[3] > 0 && in[3] % filter[3] == 0 ? in[3] / filter[3] : 1;
  if (groups > 1) node.attributes["groups"] = int64_t{groups};
  if (IsHybrid(c) && HasDifferentScales(c)) node.attributes["asymmetric_inputs"] = int64_t{1};
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow2d(in, filter, o->padding(), o->stride_h(), o->stride_w(), o->dilation_h_factor(),
                     o->dilation_w_factor(), node);
}

absl::Status ImportDepthwiseConv2d(NodeContext& c) {
  const auto* o = c.op.raw->options_as_DepthwiseConv2DOptions();
  if (o == nullptr) return NoOptions("DepthwiseConv2DOptions");
  ER_ASSIGN_OR_RETURN(Shape in, FixedShape(c.in(0), 4, "its input"));
  ER_ASSIGN_OR_RETURN(Shape filter, FixedShape(c.in(1), 4, "its weights"));
  Node& node = c.Append("depthwise_conv2d", c.inputs, c.outputs[0]);
  if (IsHybrid(c)) node.attributes["asymmetric_inputs"] = int64_t{1};  // TFLite always does
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow2d(in, filter, o->padding(), o->stride_h(), o->stride_w(), o->dilation_h_factor(),
                     o->dilation_w_factor(), node);
}

// Inputs: output shape, weights, image, bias. The paddings are those of the convolution that would
// lead from the output to the input.
absl::Status ImportTransposeConv(NodeContext& c) {
  const auto* o = c.op.raw->options_as_TransposeConvOptions();
  if (o == nullptr) return NoOptions("TransposeConvOptions");
  ER_ASSIGN_OR_RETURN(Shape filter, FixedShape(c.in(1), 4, "its weights"));
  ER_ASSIGN_OR_RETURN(Shape in, FixedShape(c.in(2), 4, "its input"));
  ER_ASSIGN_OR_RETURN(Shape out, FixedShape(c.out(), 4, "its output"));
  const std::vector<WindowAxis> axes = {{"_h", out[1], filter[1], o->stride_h(), 1},
                                        {"_w", out[2], filter[2], o->stride_w(), 1}};
  ER_RETURN_IF_ERROR(CheckWindow(axes, o->padding()));
  Attributes attributes;
  for (size_t d = 0; d < axes.size(); ++d) {
    const WindowAxis& a = axes[d];
    const bool same = o->padding() == tflite::Padding::SAME;
    const int64_t before = same ? TotalSamePadding(a) / 2 : 0;
    const int64_t behind = (in[d + 1] - 1) * a.stride + a.kernel - before - a.extent;
    attributes[std::string("stride") + a.suffix] = a.stride;
    attributes[PadBefore(a)] = before;
    attributes[PadBehind(a)] = std::max<int64_t>(behind, 0);
    attributes[std::string("output_padding") + a.suffix] = std::max<int64_t>(-behind, 0);
  }
  Node& node = c.Append("conv_transpose2d", {c.inputs[2], c.inputs[1]}, c.outputs[0], attributes);
  if (c.has(3)) node.inputs.push_back(c.inputs[3]);
  return SetActivation(o->fused_activation_function(), node);
}

// DHWIO to the graph's ODHWI.
absl::StatusOr<TensorId> OutputsFirst(NodeContext& c, TensorId weights) {
  auto found = c.reordered.find(weights);
  if (found != c.reordered.end()) return found->second;
  if (!c.graph.tensor(weights).constant()) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "its weights '" + c.graph.tensor(weights).name +
                      "' are computed; supported are constants. Store them in the model");
  }
  ER_ASSIGN_OR_RETURN(TensorId sorted, c.Step("transpose", {weights}, "weights",
                                              {{"perm", std::vector<int64_t>{4, 0, 1, 2, 3}}}));
  ER_RETURN_IF_ERROR(FoldNode(c.graph, c.graph.nodes.size() - 1));
  c.reordered[weights] = sorted;
  return sorted;
}

absl::Status ImportConv3d(NodeContext& c) {
  const auto* o = c.op.raw->options_as_Conv3DOptions();
  if (o == nullptr) return NoOptions("Conv3DOptions");
  ER_ASSIGN_OR_RETURN(Shape in, FixedShape(c.in(0), 5, "its input"));
  ER_ASSIGN_OR_RETURN(Shape filter, FixedShape(c.in(1), 5, "its weights"));
  ER_ASSIGN_OR_RETURN(TensorId weights, OutputsFirst(c, c.inputs[1]));
  std::vector<TensorId> inputs = c.inputs;
  inputs[1] = weights;
  Node& node = c.Append("conv3d", inputs, c.outputs[0]);
  ER_RETURN_IF_ERROR(SetActivation(o->fused_activation_function(), node));
  return SetWindow({{"_d", in[1], filter[0], o->stride_d(), o->dilation_d_factor()},
                    {"_h", in[2], filter[1], o->stride_h(), o->dilation_h_factor()},
                    {"_w", in[3], filter[2], o->stride_w(), o->dilation_w_factor()}},
                   o->padding(), node);
}

}  // namespace

std::vector<TfliteHandler> ConvolutionHandlers() {
  return {{3, "conv2d", 2, 3, 0, ImportConv2d},
          {4, "depthwise_conv2d", 2, 3, 0, ImportDepthwiseConv2d},
          {67, "conv_transpose2d", 3, 4, 0b1, ImportTransposeConv},
          {132, "conv3d", 2, 3, 0, ImportConv3d}};
}

}  // namespace edgerack::compiler
