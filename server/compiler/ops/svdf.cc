// svdf(x[batch,inputs], feature weights[filters,inputs], time weights[filters,memory], bias[units]
// or none, state[batch,memory*filters]) to y[batch,units] and the next state; filters = units *
// rank
#include "firmware/kernels/svdf/svdf.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

enum Operand : size_t { kX, kFeatures, kTime, kBias, kState };

absl::StatusOr<er_svdf_shape_t> ShapeOf(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, kX);
  const Tensor& wf = In(graph, node, kFeatures);
  const Tensor& wt = In(graph, node, kTime);
  for (const Tensor* t : {&x, &wf, &wt}) ER_RETURN_IF_ERROR(RequireRank(*t, 2));
  const int64_t rank = node.Int("rank", 1);
  if (rank < 1 || wf.shape[0] % rank != 0) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "rank is " + std::to_string(rank) + "; supported are divisors of the " +
                      std::to_string(wf.shape[0]) + " filters. Convert the model again");
  }
  if (wf.shape[1] != x.shape[1] || wt.shape[0] != wf.shape[0]) {
    return Refuse("UNSUPPORTED_SHAPE", "input " + ShapeText(x.shape) + ", feature weights " +
                                           ShapeText(wf.shape) + " and time weights " +
                                           ShapeText(wt.shape) +
                                           " do not fit together; supported is one number of "
                                           "inputs and of filters. Convert the model again");
  }
  return er_svdf_shape_t{x.shape[0], x.shape[1], static_cast<int32_t>(wf.shape[0] / rank),
                         static_cast<int32_t>(rank), wt.shape[1]};
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(er_svdf_shape_t s, ShapeOf(graph, node));
  if (!HasInput(node, kState)) return Refuse("BAD_GRAPH", "its state is absent");
  const Tensor& state = In(graph, node, kState);
  return std::vector<TensorType>{{In(graph, node, kX).dtype, {s.batch, s.units}},
                                 {state.dtype, state.shape}};
}

absl::Status RequireType(const Tensor& t, DType dtype, int64_t elements) {
  if (t.dtype == dtype && t.elements() == elements) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", "tensor '" + t.name + "' is " + DTypeName(t.dtype) + " " +
                                        ShapeText(t.shape) + "; supported are " +
                                        std::to_string(elements) + " of " + DTypeName(dtype) +
                                        ". Convert the model again");
}

absl::Status RequireScale(const Tensor& t) {
  const Quantization& q = t.quantization;
  if (q.per_tensor() && q.zero_points[0] == 0) return absl::OkStatus();
  return Refuse("UNSUPPORTED_QUANTIZATION",
                "tensor '" + t.name +
                    "' has several scales or a zero point; supported is one scale and zero point "
                    "0. Convert the model again");
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireOneActivationType(graph, node, {node.inputs[kX], node.outputs[0]}));
  ER_RETURN_IF_ERROR(NodeActivation(node).status());
  ER_ASSIGN_OR_RETURN(er_svdf_shape_t s, ShapeOf(graph, node));
  const bool quantized = In(graph, node, kX).dtype == DType::kS8;
  const Tensor& wf = In(graph, node, kFeatures);
  const Tensor& wt = In(graph, node, kTime);
  const DType time = quantized ? DType::kS16 : DType::kF32;
  if (!quantized && wf.dtype == DType::kS8) {
    return Refuse("HYBRID_MODEL", "weights '" + wf.name +
                                      "' are int8 but its activations are float32; svdf is not "
                                      "supported so. Convert without optimizations (float) or with "
                                      "a representative dataset (full int8)");
  }
  ER_RETURN_IF_ERROR(RequireType(wf, quantized ? DType::kS8 : DType::kF32, wf.elements()));
  ER_RETURN_IF_ERROR(RequireType(wt, time, wt.elements()));
  ER_RETURN_IF_ERROR(RequireType(In(graph, node, kState), time, int64_t{s.batch} * wt.elements()));
  if (HasInput(node, kBias)) {
    ER_RETURN_IF_ERROR(
        RequireType(In(graph, node, kBias), quantized ? DType::kS32 : DType::kF32, s.units));
  }
  if (!quantized) return absl::OkStatus();
  for (size_t i : {kFeatures, kTime, kState}) ER_RETURN_IF_ERROR(RequireScale(In(graph, node, i)));
  return absl::OkStatus();
}

int64_t Macs(const Graph& graph, const Node& node) {
  return (In(graph, node, kFeatures).elements() + In(graph, node, kTime).elements()) *
         In(graph, node, kX).shape[0];
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(er_svdf_shape_t shape, ShapeOf(graph, node));
  ER_ASSIGN_OR_RETURN(Activation activation, NodeActivation(node));
  const Tensor& x = In(graph, node, kX);
  const Tensor& y = Out(graph, node);
  LoweredOp lowered;
  lowered.kernel_op = "svdf";
  lowered.kernel_type = KernelType(x.dtype);
  for (TensorId id : node.inputs) lowered.inputs.emplace_back(id);
  lowered.outputs = node.outputs;
  if (x.dtype == DType::kF32) {
    const FloatRange range = ActivationRangeFloat(activation);
    lowered.params = ParamsBytes(er_svdf_f32_params_t{shape, range.min, range.max});
    return lowered;
  }
  auto scale = [&](size_t i) { return In(graph, node, i).quantization.scales[0]; };
  // In single precision, as TFLite computes these factors.
  const float to_state = x.quantization.scales[0] * scale(kFeatures) / scale(kState);
  const float to_output = scale(kState) * scale(kTime) / y.quantization.scales[0];
  ER_ASSIGN_OR_RETURN(FixedMultiplier state, RescaleFactor(to_state, y));
  ER_ASSIGN_OR_RETURN(FixedMultiplier output, RescaleFactor(to_output, y));
  // TFLite leaves relu to the output's zero point.
  constexpr IntegerRange range = kInt8Range;
  lowered.params = ParamsBytes(er_svdf_s8_params_t{
      shape, -x.quantization.zero_points[0], state.multiplier, state.shift, output.multiplier,
      output.shift, y.quantization.zero_points[0], range.min, range.max});
  return lowered;
}

}  // namespace

const OpDef& SvdfOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "svdf";
    d.summary = "TFLite's SVDF: filters of low rank over the last inputs, which a state keeps";
    d.types = {"float32", "int8"};
    d.limits = {"int8 has int16 time weights and state"};
    d.attributes = {{"rank", AttributeSpec::Kind::kInt, false},
                    {"act", AttributeSpec::Kind::kText, false}};
    d.min_inputs = 3;
    d.max_inputs = 5;
    d.min_outputs = 2;
    d.max_outputs = 2;
    d.overwrites = {{1, kState}};
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
