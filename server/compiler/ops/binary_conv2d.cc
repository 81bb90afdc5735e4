// binary_conv2d(x[n,h,w,c] bits, weights[o, kh*kw*c] int1, threshold[o], flip[o]) and
// binary_depthwise_conv2d(x, weights[kh*kw, c] int1, threshold[c], flip[c])
// {kernel_h, kernel_w, outside, …}: sums of bits as float32, or bits where there are thresholds
#include "firmware/kernels/binary_conv2d/binary_conv2d.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

bool IsDepthwise(const Node& node) { return node.op == "binary_depthwise_conv2d"; }

int32_t OutputChannels(const Graph& graph, const Node& node) {
  return In(graph, node, IsDepthwise(node) ? 0 : 1).shape[IsDepthwise(node) ? 3 : 0];
}

Shape WeightShape(const Graph& graph, const Node& node, const Window& w) {
  const int32_t taps = w.kernel_h * w.kernel_w;
  const int32_t channels = In(graph, node, 0).shape[3];
  if (IsDepthwise(node)) return {taps, channels};
  return {In(graph, node, 1).shape[0], taps * channels};
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireRank(x, 4));
  ER_RETURN_IF_ERROR(RequireRank(w, 2));
  ER_ASSIGN_OR_RETURN(const Window window, ReadWindow(node, 1, 1));
  if (int64_t{window.kernel_h} * window.kernel_w * x.shape[3] > INT32_MAX ||
      w.shape != WeightShape(graph, node, window)) {
    return Refuse("SHAPE_MISMATCH", "its weights have shape " + ShapeText(w.shape) +
                                        "; supported are a row of all taps and channels per "
                                        "output, or of all channels per tap where it is "
                                        "depthwise. Check the shapes of the model");
  }
  ER_ASSIGN_OR_RETURN(Shape shape, WindowOutput(x, window, OutputChannels(graph, node)));
  const std::optional<DType> to = ParseDType(node.Text("to", "float32"));
  return OneOutput(to.value_or(DType::kF32), shape);
}

absl::Status RequireConstant(const Tensor& t, DType dtype, const Shape& shape) {
  if (t.constant() && t.dtype == dtype && t.shape == shape) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", "tensor '" + t.name + "' is " + DTypeName(t.dtype) + " " +
                                        ShapeText(t.shape) + "; supported is a constant of " +
                                        DTypeName(dtype) + " " + ShapeText(shape) +
                                        ". Binarize the layer again");
}

absl::Status VerifyThresholds(const Graph& graph, const Node& node) {
  const Tensor& y = Out(graph, node);
  const bool thresholds = HasInput(node, 2) && HasInput(node, 3);
  if (thresholds != IsBits(y.dtype) || HasInput(node, 2) != HasInput(node, 3) ||
      (!thresholds && y.dtype != DType::kF32)) {
    return Refuse("UNSUPPORTED_TYPE",
                  std::string("to is ") + DTypeName(y.dtype) +
                      "; supported are float32 without thresholds, int1 and uint1 with "
                      "thresholds and flips. Give both or neither");
  }
  if (!thresholds) return absl::OkStatus();
  ER_RETURN_IF_ERROR(RequireConstant(In(graph, node, 2), DType::kS32, {y.shape[3]}));
  return RequireConstant(In(graph, node, 3), DType::kS1, {y.shape[3]});
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  if (!IsBits(x.dtype)) return RefuseType("a binary convolution", x, "int1 and uint1");
  const Tensor& w = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireConstant(w, DType::kS1, w.shape));
  const int64_t outside = node.Int("outside");
  if (outside > 1 || outside < (x.dtype == DType::kS1 ? -1 : 0)) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "outside is " + std::to_string(outside) +
                      "; supported are the values of the input's bits and 0. Pad with one of them");
  }
  return VerifyThresholds(graph, node);
}

int64_t Macs(const Graph& graph, const Node& node) {
  const Tensor& w = In(graph, node, 1);
  return Out(graph, node).elements() * w.shape[IsDepthwise(node) ? 0 : 1];
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Window window, ReadWindow(node, 1, 1));
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "s1";
  lowered.outputs = node.outputs;
  for (size_t i = 0; i < 4; ++i) {
    lowered.inputs.emplace_back(HasInput(node, i) ? node.inputs[i] : kNoTensor);
  }
  lowered.params = ParamsBytes(er_binary_conv2d_params_t{
      ConvolutionShape(graph, node, window), In(graph, node, 0).dtype == DType::kS1 ? -1 : 0,
      static_cast<int32_t>(node.Int("outside"))});
  return lowered;
}

OpDef BinaryConvolution(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int1", "uint1"};
  d.limits = {"weights are constants of -1 and +1, one group",
              "padding is -1, 0 or +1 where the input is -1 and +1, 0 or 1 where it is 0 and 1",
              "float32 output, or bits by one threshold per channel"};
  d.attributes = WindowAttributes(true, true);
  std::erase_if(d.attributes,
                [](const AttributeSpec& a) { return std::string_view(a.name) == "act"; });
  d.attributes.push_back({"outside", AttributeSpec::Kind::kInt, false});
  d.attributes.push_back({"to", AttributeSpec::Kind::kText, false});
  d.min_inputs = 2;
  d.max_inputs = 4;
  d.verify = Verify;
  d.infer = Infer;
  d.macs = Macs;
  d.macc_st = Macs;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& BinaryConv2dOp() {
  static const OpDef op =
      BinaryConvolution("binary_conv2d", "2-D convolution of bits by XOR and population count");
  return op;
}

const OpDef& BinaryDepthwiseConv2dOp() {
  static const OpDef op =
      BinaryConvolution("binary_depthwise_conv2d", "depthwise 2-D convolution of bits");
  return op;
}

}  // namespace edgerack::compiler
