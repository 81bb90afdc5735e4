// conv3d(x[n,d,h,w,c], weights[o,kd,kh,kw,c/groups], bias or none) and the transposed convolutions
// conv_transpose2d(x[n,h,w,c], weights[o,kh,kw,c/groups], bias or none), conv_transpose3d; also
// what a grouped conv2d lowers to
#include "firmware/kernels/conv_nd/conv_nd.h"

#include <algorithm>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/conv_nd.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/window3.h"

namespace edgerack::compiler {
namespace {

constexpr const char* kOutputPadding[] = {"output_padding_d", "output_padding_h",
                                          "output_padding_w"};

bool Transposed(const Node& node) { return node.op.rfind("conv_transpose", 0) == 0; }

size_t Rank(const Node& node) { return node.op.find("3d") == std::string::npos ? 4 : 5; }

absl::StatusOr<Window3> WindowOf(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireRank(x, Rank(node)));
  ER_RETURN_IF_ERROR(RequireRank(w, Rank(node)));
  return ReadWindow3(node, SpatialDims(w.shape));
}

absl::StatusOr<Directions> TransposedOutput(const Node& node, const Directions& in,
                                            const Window3& w) {
  Directions out;
  for (size_t d = 0; d < 3; ++d) {
    const int64_t extra = node.Int(kOutputPadding[d]);
    if (extra < 0 || extra > 65535) {
      return Refuse("UNSUPPORTED_ATTRIBUTE",
                    std::string(kOutputPadding[d]) + " is " + std::to_string(extra) +
                        "; supported are 0 to 65535. Export the model again");
    }
    const int64_t size =
        int64_t{in[d] - 1} * w.stride[d] + Covered(w, d) - w.before[d] - w.after[d] + extra;
    if (size < 1 || size > INT32_MAX) {
      return Refuse("UNSUPPORTED_SHAPE", "its output would have " + std::to_string(size) +
                                             " elements in one direction; supported is at least 1. "
                                             "Pad less, or feed a larger input");
    }
    out[d] = static_cast<int32_t>(size);
  }
  return out;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Window3 w, WindowOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const Directions in = SpatialDims(x.shape);
  ER_ASSIGN_OR_RETURN(const Directions out, Transposed(node) ? TransposedOutput(node, in, w)
                                                             : WindowOutput3(in, w, false));
  return OneOutput(x.dtype, WithSpatialDims(x.shape, out, In(graph, node, 1).shape[0]));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Int16 int16 = Rank(node) == 4 ? Int16::kTaken : Int16::kRefused;
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, int16));
  ER_RETURN_IF_ERROR(RequireGroups(graph, node));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireWeightsAndBias(graph, node, 0, In(graph, node, 1).shape[0]);
}

int64_t Macs(const Graph& graph, const Node& node) {
  const Tensor& w = In(graph, node, 1);
  if (!Transposed(node)) return Out(graph, node).elements() * (w.elements() / w.shape[0]);
  // Every input element meets its group's share of the weights.
  const int64_t groups = node.Int("groups", 1);
  return In(graph, node, 0).elements() * (w.elements() / w.shape.back() / groups);
}

int64_t MaccSt(const Graph& graph, const Node& node) {
  return Macs(graph, node) + BiasElements(graph, node);
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  return LowerConvNd(graph, node);
}

OpDef ConvolutionOp(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int8", "float32"};
  d.limits = {"weights and bias are constants",
              "int8 weights are symmetric, one scale or one per output channel, and "
              "their activations int8 or int16"};
  d.attributes = WindowAttributes(false, true);
  d.attributes.push_back({"groups", AttributeSpec::Kind::kInt, false});
  d.min_inputs = 2;
  d.max_inputs = 3;
  d.kernels = {"conv_nd"};
  d.verify = Verify;
  d.infer = Infer;
  d.macs = Macs;
  d.macc_st = MaccSt;
  d.lower = Lower;
  return d;
}

void AddAttributes(OpDef& d, const std::vector<AttributeSpec>& specs) {
  d.attributes.insert(d.attributes.end(), specs.begin(), specs.end());
}

}  // namespace

absl::Status RequireGroups(const Graph& graph, const Node& node) {
  const int32_t in = In(graph, node, 0).shape.back();
  const Tensor& w = In(graph, node, 1);
  const int64_t groups = node.Int("groups", 1);
  if (IsHybrid(graph, node) && (groups != 1 || node.op != "conv2d")) {
    return Refuse("HYBRID_MODEL", "weights '" + w.name +
                                      "' are int8 with float32 activations; that is supported for "
                                      "convolutions of one group. Convert the model without "
                                      "optimizations (float) or with a representative dataset "
                                      "(full int8)");
  }
  if (groups >= 1 && groups <= in && in % groups == 0 && w.shape[0] % groups == 0 &&
      w.shape.back() == in / groups) {
    return absl::OkStatus();
  }
  return Refuse("UNSUPPORTED_SHAPE",
                "weights of shape " + ShapeText(w.shape) + " on an input of " + std::to_string(in) +
                    " channels in " + std::to_string(groups) +
                    " groups; supported are groups that divide the channels, with weights whose "
                    "last dimension "
                    "is one group's input channels. Check the shapes of the model");
}

absl::StatusOr<LoweredOp> LowerConvNd(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  const Tensor& weights = In(graph, node, 1);
  ER_ASSIGN_OR_RETURN(const Window3 w, ReadWindow3(node, SpatialDims(weights.shape)));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  er_conv_nd_shape_t s = {};
  s.batch = x.shape[0];
  s.in_c = x.shape.back();
  s.out_c = y.shape.back();
  s.groups = static_cast<int32_t>(node.Int("groups", 1));
  s.transposed = Transposed(node);
  const Directions in = SpatialDims(x.shape);
  const Directions out = SpatialDims(y.shape);
  std::copy(in.begin(), in.end(), s.in);
  std::copy(out.begin(), out.end(), s.out);
  std::copy(w.kernel.begin(), w.kernel.end(), s.kernel);
  std::copy(w.stride.begin(), w.stride.end(), s.stride);
  std::copy(w.dilation.begin(), w.dilation.end(), s.dilation);
  std::copy(w.before.begin(), w.before.end(), s.pad);
  LoweredOp lowered;
  lowered.kernel_op = "conv_nd";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.outputs = node.outputs;
  AppendWeightOperands(node, lowered);
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(er_conv_nd_f32_params_t{s, range.min, range.max});
    return lowered;
  }
  if (x.dtype == DType::kS16) {
    lowered.params =
        ParamsBytes(er_conv_nd_s16_params_t{s, ChannelSumInt16(graph, node, activation)});
  } else {
    const IntegerRange range = QuantizedRange(activation, y);
    lowered.params = ParamsBytes(er_conv_nd_s8_params_t{
        s, -x.quantization.zero_points[0], y.quantization.zero_points[0], range.min, range.max});
  }
  ER_RETURN_IF_ERROR(AppendMultipliers(graph, node, s.out_c, false, lowered));
  return lowered;
}

const OpDef& Conv3dOp() {
  static const OpDef op = [] {
    OpDef d = ConvolutionOp("conv3d", "3-D convolution, NDHWC, weights ODHWI, in groups");
    AddAttributes(d, DepthAttributes(false));
    return d;
  }();
  return op;
}

const OpDef& ConvTranspose2dOp() {
  static const OpDef op = [] {
    OpDef d = ConvolutionOp("conv_transpose2d",
                            "transposed 2-D convolution, NHWC, weights OHWI, in groups");
    d.types = {"int8", "int16", "float32"};
    AddAttributes(d, {{"output_padding_h", AttributeSpec::Kind::kInt, false},
                      {"output_padding_w", AttributeSpec::Kind::kInt, false}});
    return d;
  }();
  return op;
}

const OpDef& ConvTranspose3dOp() {
  static const OpDef op = [] {
    OpDef d = ConvolutionOp("conv_transpose3d",
                            "transposed 3-D convolution, NDHWC, weights ODHWI, in groups");
    AddAttributes(d, DepthAttributes(false));
    AddAttributes(d, {{"output_padding_d", AttributeSpec::Kind::kInt, false},
                      {"output_padding_h", AttributeSpec::Kind::kInt, false},
                      {"output_padding_w", AttributeSpec::Kind::kInt, false}});
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
