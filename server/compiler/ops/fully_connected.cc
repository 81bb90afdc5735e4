// fully_connected(x[..., in], weights[out,in], bias[out] or none): x is taken as rows of `in`
#include "firmware/kernels/fully_connected/fully_connected.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/convolution.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  ER_RETURN_IF_ERROR(RequireRank(w, 2));
  if (x.elements() % w.shape[1] != 0) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "an input of shape " + ShapeText(x.shape) + " does not divide into rows of " +
                      std::to_string(w.shape[1]) +
                      " features; supported are inputs that do. Check the shapes of the model");
  }
  if (node.Int("keep_dims") != 0) {
    Shape shape = x.shape;
    if (shape.empty() || shape.back() != w.shape[1]) {
      return Refuse("UNSUPPORTED_SHAPE", "its input has shape " + ShapeText(x.shape) +
                                             "; supported with keep_num_dims is a last dimension "
                                             "of " +
                                             std::to_string(w.shape[1]) +
                                             ". Check the shapes of the model");
    }
    shape.back() = w.shape[0];
    return OneOutput(x.dtype, shape);
  }
  return OneOutput(x.dtype, {static_cast<int32_t>(x.elements() / w.shape[1]), w.shape[0]});
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  return RequireWeightsAndBias(graph, node, 0, In(graph, node, 1).shape[0]);
}

int64_t Macs(const Graph& graph, const Node& node) {
  return Out(graph, node).elements() * In(graph, node, 1).shape[1];
}

// bias[o] + offset * sum of weights[o].
Tensor BiasWithOffset(const Graph& graph, const Node& node, int32_t offset) {
  const Tensor& w = In(graph, node, 1);
  const Tensor* bias = HasInput(node, 2) ? &In(graph, node, 2) : nullptr;
  std::vector<uint32_t> sums;
  const auto columns = static_cast<size_t>(w.shape[1]);
  for (size_t o = 0; o < static_cast<size_t>(w.shape[0]); ++o) {
    int64_t weights = 0;
    for (size_t i = 0; i < columns; ++i) {
      weights += LoadElement<int8_t>(*w.data, o * columns + i);
    }
    const uint32_t start = bias == nullptr ? 0 : LoadElement<uint32_t>(*bias->data, o);
    sums.push_back(start + static_cast<uint32_t>(offset * weights));
  }
  Tensor tensor;
  tensor.name = bias == nullptr ? w.name + ".bias" : bias->name;
  tensor.dtype = DType::kS32;
  tensor.shape = {w.shape[0]};
  tensor.data = std::make_shared<const std::string>(BytesOf(sums));
  return tensor;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& w = In(graph, node, 1);
  const Tensor& y = Out(graph, node);
  const int32_t in = w.shape[1];
  const int32_t out = w.shape[0];
  const int32_t rows = static_cast<int32_t>(x.elements() / in);
  LoweredOp lowered;
  lowered.kernel_op = "fully_connected";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.outputs = node.outputs;
  AppendWeightOperands(node, lowered);
  if (IsHybrid(graph, node)) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.kernel_type = kHybridKernelType;
    lowered.params = ParamsBytes(er_fully_connected_h8_params_t{
        rows, in, out, AsymmetricInputs(node), range.min, range.max});
    AppendWeightScales(graph, node, out, lowered);
    return lowered;
  }
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params =
        ParamsBytes(er_fully_connected_f32_params_t{rows, in, out, range.min, range.max});
    return lowered;
  }
  if (x.dtype == DType::kS16) {
    lowered.params = ParamsBytes(
        er_fully_connected_s16_params_t{rows, in, out, ChannelSumInt16(graph, node, activation)});
  } else {
    const IntegerRange range = QuantizedRange(activation, y);
    // What the input's zero point adds is the same in every run: part of the bias, modulo 2^32 as
    // the kernels' sums are.
    const int32_t offset = -x.quantization.zero_points[0];
    if (offset != 0) lowered.inputs[2] = Operand(BiasWithOffset(graph, node, offset));
    lowered.params = ParamsBytes(er_fully_connected_s8_params_t{
        rows, in, out, 0, y.quantization.zero_points[0], range.min, range.max});
  }
  ER_RETURN_IF_ERROR(AppendMultipliers(graph, node, out, w.quantization.per_tensor(), lowered));
  return lowered;
}

}  // namespace

const OpDef& FullyConnectedOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "fully_connected";
    d.summary = "matrix product with constant weights [out, in], with fused clamp";
    d.types = {"int8", "int16", "float32"};
    d.limits = {"weights and bias are constants",
                "int8 weights are symmetric, one scale or one per output feature; int16 is "
                "the activations', with a bias of int32 or int64",
                "int8 weights with float32 activations: the activations are quantized in each run"};
    d.attributes = {{"act", AttributeSpec::Kind::kText, false},
                    {"keep_dims", AttributeSpec::Kind::kInt, false},
                    kAsymmetricInputs};
    d.min_inputs = 2;
    d.max_inputs = 3;
    d.verify = Verify;
    d.infer = Infer;
    d.macs = Macs;
    d.macc_st = Macs;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
