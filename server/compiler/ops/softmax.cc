// softmax(x) over the last dimension
#include "firmware/kernels/softmax/softmax.h"

#include <cmath>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/quant/rescale.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  if (In(graph, node, 0).shape.empty()) {
    return Refuse("UNSUPPORTED_SHAPE", "softmax of a scalar is not supported");
  }
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireOneActivationType(graph, node, {node.inputs[0], node.outputs[0]}));
  const double beta = node.Real("beta", 1.0);
  if (!std::isfinite(beta) || beta <= 0) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "beta is " + std::to_string(beta) + "; it must be above 0");
  }
  const Tensor& x = In(graph, node, 0);
  if (x.dtype == DType::kF32) return absl::OkStatus();
  const Quantization& q = Out(graph, node).quantization;
  if (q.scales[0] != 1.0f / 256.0f || q.zero_points[0] != -128) {
    return Refuse("UNSUPPORTED_QUANTIZATION",
                  "int8 softmax with output scale " + std::to_string(q.scales[0]) +
                      " and zero point " + std::to_string(q.zero_points[0]) +
                      "; TFLite fixes them to 1/256 and -128. Convert the model again");
  }
  if (!ScaleSoftmax(static_cast<float>(beta), x.quantization.scales[0])) {
    return Refuse("UNSUPPORTED_QUANTIZATION", "input scale " +
                                                  std::to_string(x.quantization.scales[0]) +
                                                  " times beta is outside the range of the int8 "
                                                  "softmax");
  }
  return absl::OkStatus();
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 15 * Out(graph, node).elements(); }

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const float beta = static_cast<float>(node.Real("beta", 1.0));
  const int32_t depth = x.shape.back();
  const int32_t rows = static_cast<int32_t>(x.elements() / depth);
  LoweredOp lowered;
  lowered.kernel_op = "softmax";
  lowered.kernel_type = KernelType(x.dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  if (x.dtype == DType::kF32) {
    lowered.params = ParamsBytes(er_softmax_f32_params_t{rows, depth, beta});
    return lowered;
  }
  const auto scaling = ScaleSoftmax(beta, x.quantization.scales[0]);
  if (!scaling) return CompilerBug("softmax was not verified");
  lowered.params = ParamsBytes(er_softmax_s8_params_t{
      rows, depth, scaling->input_multiplier, scaling->input_left_shift, scaling->diff_min});
  return lowered;
}

}  // namespace

const OpDef& SoftmaxOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "softmax";
    d.summary = "softmax over the last dimension";
    d.types = {"int8", "float32"};
    d.limits = {"int8 output has scale 1/256 and zero point -128"};
    d.attributes = {{"beta", AttributeSpec::Kind::kReal, false}};
    d.elementwise = true;  // a row's maximum and sum are taken before its first output
    d.verify = Verify;
    d.infer = Infer;
    d.macc_st = MaccSt;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
