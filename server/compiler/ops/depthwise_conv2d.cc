// depthwise_conv2d(x[n,h,w,c], weights[1,kh,kw,o], bias[o] or none), o a multiple of c
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<Window> WindowOf(const Graph& graph, const Node& node) {
  const Tensor& w = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireRank(w, 4));
  return ReadWindow(node, w.shape[1], w.shape[2]);
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Window window, WindowOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(Shape shape, WindowOutput(x, window, In(graph, node, 1).shape[3]));
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken));
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  if (w.shape[0] != 1 || w.shape[3] % x.shape[3] != 0) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "weights of shape " + ShapeText(w.shape) + " on an input of " +
                      std::to_string(x.shape[3]) +
                      " channels; supported are 1 x height x width x a multiple "
                      "of the input's channels. Check the shapes of the model");
  }
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireWeightsAndBias(graph, node, 3, w.shape[3]);
}

int64_t Macs(const Graph& graph, const Node& node) {
  const Shape& w = In(graph, node, 1).shape;
  return Out(graph, node).elements() * w[1] * w[2];
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Macs(graph, node) + BiasElements(graph, node);
}

// On one input channel it is a convolution, whose kernels are faster; only the weights' order is
// another.
absl::StatusOr<LoweredOp> LowerOneChannel(const Graph& graph, const Node& node,
                                          const er_conv2d_shape_t& shape, Activation activation,
                                          LoweredOp lowered) {
  Tensor weights = In(graph, node, 1);
  const auto taps = static_cast<size_t>(shape.kernel_h) * static_cast<size_t>(shape.kernel_w);
  const auto channels = static_cast<size_t>(shape.out_c);
  std::string bytes;
  for (size_t c = 0; c < channels; ++c) {
    for (size_t tap = 0; tap < taps; ++tap) bytes += (*weights.data)[tap * channels + c];
  }
  weights.shape = {shape.out_c, shape.kernel_h, shape.kernel_w, 1};
  weights.data = std::make_shared<const std::string>(std::move(bytes));
  const Quantization& q = Out(graph, node).quantization;
  const IntegerRange range = QuantizedRange(activation, Out(graph, node));
  lowered.kernel_op = "conv2d";
  lowered.inputs[1] = Operand(std::move(weights));
  lowered.params =
      ParamsBytes(er_conv2d_s8_params_t{shape, -In(graph, node, 0).quantization.zero_points[0],
                                        q.zero_points[0], range.min, range.max});
  ER_RETURN_IF_ERROR(AppendMultipliers(graph, node, shape.out_c, false, lowered));
  return lowered;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Window window, WindowOf(graph, node));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  const er_conv2d_shape_t shape = ConvolutionShape(graph, node, window);
  const int32_t depth_multiplier = shape.out_c / shape.in_c;
  LoweredOp lowered;
  lowered.kernel_op = "depthwise_conv2d";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.outputs = node.outputs;
  AppendWeightOperands(node, lowered);
  if (IsHybrid(graph, node)) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.kernel_type = kHybridKernelType;
    lowered.params = ParamsBytes(er_depthwise_conv2d_h8_params_t{
        shape, depth_multiplier, AsymmetricInputs(node), range.min, range.max});
    AppendWeightScales(graph, node, shape.out_c, lowered);
    return lowered;
  }
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(
        er_depthwise_conv2d_f32_params_t{shape, depth_multiplier, range.min, range.max});
    return lowered;
  }
  if (x.dtype == DType::kS16) {
    lowered.params = ParamsBytes(er_depthwise_conv2d_s16_params_t{
        shape, depth_multiplier, ChannelSumInt16(graph, node, activation)});
  } else if (shape.in_c == 1) {
    return LowerOneChannel(graph, node, shape, activation, std::move(lowered));
  } else {
    const IntegerRange range = QuantizedRange(activation, y);
    lowered.params = ParamsBytes(
        er_depthwise_conv2d_s8_params_t{shape, depth_multiplier, -x.quantization.zero_points[0],
                                        y.quantization.zero_points[0], range.min, range.max});
  }
  ER_RETURN_IF_ERROR(AppendMultipliers(graph, node, shape.out_c, false, lowered));
  return lowered;
}

}  // namespace

const OpDef& DepthwiseConv2dOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "depthwise_conv2d";
    d.summary = "depthwise 2-D convolution, NHWC, any depth multiplier, with fused clamp";
    d.types = {"int8", "int16", "float32"};
    d.limits = {"weights and bias are constants",
                "int8 weights are symmetric, one scale or one per output channel; int16 is "
                "the activations', with a bias of int32 or int64",
                "int8 weights with float32 activations: the activations are quantized in each run",
                "int8 of one input channel is computed by the kernels of conv2d"};
    d.attributes = WindowAttributes(false, true);
    d.attributes.push_back(kAsymmetricInputs);
    d.kernels = {"depthwise_conv2d", "conv2d"};
    d.min_inputs = 2;
    d.max_inputs = 3;
    d.verify = Verify;
    d.infer = Infer;
    d.macs = Macs;
    d.macc_st = MaccSt;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
