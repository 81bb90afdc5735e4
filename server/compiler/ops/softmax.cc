// softmax(x) {axis, beta}, log_softmax(x) {axis}, hardmax(x) {axis}
#include "firmware/kernels/softmax/softmax.h"

#include <cmath>

#include "firmware/kernels/axis_softmax/axis_softmax.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"
#include "server/compiler/quant/int16_table.h"
#include "server/compiler/quant/rescale.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<er_axis_t> ViewOf(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, Axis(node.Int("axis", -1), shape.size()));
  return AxisView(shape, axis);
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  if (In(graph, node, 0).shape.empty()) {
    return Refuse(
        "UNSUPPORTED_SHAPE",
        "its input is a scalar; supported is at least 1 dimension. Reshape it in the model");
  }
  ER_RETURN_IF_ERROR(ViewOf(graph, node).status());
  return SameType(In(graph, node, 0));
}

absl::Status VerifySoftmaxInt16(const Graph& graph, const Node& node, float beta) {
  const float scale = Out(graph, node).quantization.scales[0];
  if (scale != 1.0f / 32768.0f) {
    return Refuse("UNSUPPORTED_QUANTIZATION", "int16 softmax with output scale " +
                                                  std::to_string(scale) +
                                                  "; supported is 1/32768, to which TFLite fixes "
                                                  "it. Convert the model again");
  }
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ViewOf(graph, node));
  if (axis.inner != 1) {
    return Refuse(
        "UNSUPPORTED_ATTRIBUTE",
        "axis is another than the last; supported in int16 is the last. Put a transpose in "
        "front of it");
  }
  const Tensor& x = In(graph, node, 0);
  const FixedMultiplier factor = ScaleSoftmaxInt16(beta, x.quantization.scales[0]);
  // Differences of 16 bits are shifted to the left.
  if (factor.shift <= 14) return absl::OkStatus();
  return Refuse("UNSUPPORTED_QUANTIZATION", "input scale " +
                                                std::to_string(x.quantization.scales[0]) +
                                                " times beta is too large; supported is what the "
                                                "int16 softmax holds. Calibrate the model again");
}

absl::Status VerifySoftmax(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(
      RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}, Int16::kTaken));
  const double beta = node.Real("beta", 1.0);
  if (!std::isfinite(beta) || beta <= 0) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "beta is " + std::to_string(beta) +
                      "; supported are numbers above 0. Export the model again");
  }
  const Tensor& x = In(graph, node, 0);
  if (x.dtype == DType::kF32) return absl::OkStatus();
  if (x.dtype == DType::kS16) return VerifySoftmaxInt16(graph, node, static_cast<float>(beta));
  const Quantization& q = Out(graph, node).quantization;
  if (q.scales[0] != 1.0f / 256.0f || q.zero_points[0] != -128) {
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "int8 softmax with output scale " + std::to_string(q.scales[0]) + " and zero point " +
            std::to_string(q.zero_points[0]) +
            "; supported are 1/256 and -128, to which TFLite fixes them. Convert the model again");
  }
  if (!ScaleSoftmax(static_cast<float>(beta), x.quantization.scales[0])) {
    return Refuse(
        "UNSUPPORTED_QUANTIZATION",
        "input scale " + std::to_string(x.quantization.scales[0]) +
            " times beta is too large; supported is what the fixed-point exponential of the int8 "
            "softmax holds. Calibrate the model again");
  }
  return absl::OkStatus();
}

absl::Status VerifyLogSoftmax(const Graph& graph, const Node& node) {
  return RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]});
}

absl::Status VerifyHardmax(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  return x.dtype == DType::kF32 ? absl::OkStatus() : RefuseType("hardmax", x, "float32");
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 15 * Out(graph, node).elements(); }

LoweredOp Base(const Graph& graph, const Node& node, const char* kernel_op) {
  LoweredOp lowered;
  lowered.kernel_op = kernel_op;
  lowered.kernel_type = KernelType(In(graph, node, 0).dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

absl::StatusOr<LoweredOp> LowerSoftmax(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const float beta = static_cast<float>(node.Real("beta", 1.0));
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ViewOf(graph, node));
  const bool last = axis.inner == 1;  // the common case has a kernel of its own
  LoweredOp lowered = Base(graph, node, last ? "softmax" : "axis_softmax");
  if (x.dtype == DType::kF32) {
    lowered.params = last ? ParamsBytes(er_softmax_f32_params_t{axis.outer, axis.depth, beta})
                          : ParamsBytes(er_axis_softmax_f32_params_t{axis, ER_SOFTMAX, beta});
    return lowered;
  }
  if (x.dtype == DType::kS16) {
    const FixedMultiplier factor = ScaleSoftmaxInt16(beta, x.quantization.scales[0]);
    lowered.params = ParamsBytes(
        er_softmax_s16_params_t{axis.outer, axis.depth, factor.multiplier, factor.shift});
    lowered.inputs.push_back(Int16Operand(node.name + ".exp", SoftmaxExpTable()));
    lowered.inputs.push_back(Int16Operand(node.name + ".reciprocal", SoftmaxReciprocalTable()));
    return lowered;
  }
  const auto scaling = ScaleSoftmax(beta, x.quantization.scales[0]);
  if (!scaling) return CompilerBug("softmax was not verified");
  const er_softmax_s8_params_t fixed = {axis.outer, axis.depth, scaling->input_multiplier,
                                        scaling->input_left_shift, scaling->diff_min};
  lowered.params = last
                       ? ParamsBytes(fixed)
                       : ParamsBytes(er_axis_softmax_s8_params_t{axis, ER_SOFTMAX, fixed, 0, 0, 0});
  return lowered;
}

absl::StatusOr<LoweredOp> LowerLogOrHard(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ViewOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const int32_t mode = node.op == "hardmax" ? ER_HARDMAX : ER_LOG_SOFTMAX;
  LoweredOp lowered = Base(graph, node, "axis_softmax");
  if (x.dtype == DType::kF32) {
    lowered.params = ParamsBytes(er_axis_softmax_f32_params_t{axis, mode, 1.0f});
    return lowered;
  }
  const Quantization& qy = Out(graph, node).quantization;
  lowered.params = ParamsBytes(er_axis_softmax_s8_params_t{
      axis, mode, {}, x.quantization.scales[0], qy.scales[0], qy.zero_points[0]});
  return lowered;
}

OpDef Base(const char* name, const char* summary) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"int8", "float32"};
  d.attributes = {{"axis", AttributeSpec::Kind::kInt, false}};
  d.kernels = {"axis_softmax"};
  d.elementwise = true;  // a line's maximum and sum are taken before its first output
  d.infer = Infer;
  d.lower = LowerLogOrHard;
  return d;
}

}  // namespace

const OpDef& SoftmaxOp() {
  static const OpDef op = [] {
    OpDef d = Base("softmax", "softmax along one dimension, the last where axis is absent");
    d.types = {"int8", "int16", "float32"};
    d.limits = {"int8 output has scale 1/256 and zero point -128, int16 output 1/32768",
                "int16: along the last dimension"};
    d.kernels = {"softmax", "axis_softmax"};
    d.attributes.push_back({"beta", AttributeSpec::Kind::kReal, false});
    d.verify = VerifySoftmax;
    d.macc_st = MaccSt;
    d.lower = LowerSoftmax;
    return d;
  }();
  return op;
}

const OpDef& LogSoftmaxOp() {
  static const OpDef op = [] {
    OpDef d = Base("log_softmax", "logarithm of softmax along one dimension");
    d.verify = VerifyLogSoftmax;
    return d;
  }();
  return op;
}

const OpDef& HardmaxOp() {
  static const OpDef op = [] {
    OpDef d = Base("hardmax", "1 at the first largest element along one dimension, 0 elsewhere");
    d.types = {"float32"};
    d.verify = VerifyHardmax;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
