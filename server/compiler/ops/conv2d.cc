// conv2d(x[n,h,w,c], weights[o,kh,kw,c/groups], bias[o] or none) {groups, …}
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/conv_nd.h"
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
  ER_ASSIGN_OR_RETURN(Shape shape, WindowOutput(x, window, In(graph, node, 1).shape[0]));
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken));
  ER_RETURN_IF_ERROR(RequireGroups(graph, node));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireWeightsAndBias(graph, node, 0, In(graph, node, 1).shape[0]);
}

int64_t Macs(const Graph& graph, const Node& node) {
  const Shape& w = In(graph, node, 1).shape;
  return Out(graph, node).elements() * w[1] * w[2] * w[3];
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Macs(graph, node) + BiasElements(graph, node);
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  if (node.Int("groups", 1) != 1) return LowerConvNd(graph, node);
  ER_ASSIGN_OR_RETURN(Window window, WindowOf(graph, node));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  LoweredOp lowered;
  lowered.kernel_op = "conv2d";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.outputs = node.outputs;
  AppendWeightOperands(node, lowered);
  if (IsHybrid(graph, node)) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.kernel_type = kHybridKernelType;
    lowered.params = ParamsBytes(er_conv2d_h8_params_t{
        ConvolutionShape(graph, node, window), AsymmetricInputs(node), range.min, range.max});
    AppendWeightScales(graph, node, y.shape[3], lowered);
    return lowered;
  }
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(
        er_conv2d_f32_params_t{ConvolutionShape(graph, node, window), range.min, range.max});
    return lowered;
  }
  if (x.dtype == DType::kS16) {
    lowered.params = ParamsBytes(er_conv2d_s16_params_t{ConvolutionShape(graph, node, window),
                                                        ChannelSumInt16(graph, node, activation)});
  } else {
    const IntegerRange range = QuantizedRange(activation, y);
    lowered.params = ParamsBytes(
        er_conv2d_s8_params_t{ConvolutionShape(graph, node, window), -x.quantization.zero_points[0],
                              y.quantization.zero_points[0], range.min, range.max});
  }
  ER_RETURN_IF_ERROR(AppendMultipliers(graph, node, y.shape[3], false, lowered));
  return lowered;
}

}  // namespace

const OpDef& Conv2dOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "conv2d";
    d.summary = "2-D convolution, NHWC, weights OHWI, with fused clamp";
    d.types = {"int8", "int16", "float32"};
    d.limits = {"weights and bias are constants",
                "int8 weights are symmetric, one scale or one per output channel; int16 is "
                "the activations', with a bias of int32 or int64",
                "int8 weights with float32 activations: the activations are quantized in each run, "
                "one group",
                "more than one group is computed by the portable kernel conv_nd"};
    d.attributes = WindowAttributes(false, true);
    d.attributes.push_back({"groups", AttributeSpec::Kind::kInt, false});
    d.attributes.push_back(kAsymmetricInputs);
    d.kernels = {"conv2d", "conv_nd"};
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
