// batch_norm(x, scale, bias, mean, variance) {axis, epsilon} and lrn(x) {axis, size, alpha, beta,
// bias}
#include "firmware/kernels/batch_norm/batch_norm.h"
#include "firmware/kernels/lrn/lrn.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<er_axis_t> ChannelsOf(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, Axis(node.Int("axis", 1), shape.size()));
  return AxisView(shape, axis);
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(ChannelsOf(graph, node).status());
  return SameType(In(graph, node, 0));
}

absl::Status RequireFloats(const Graph& graph, const Node& node) {
  for (TensorId id : node.inputs) {
    if (graph.tensor(id).dtype != DType::kF32) {
      return RefuseType(node.op, graph.tensor(id), "float32");
    }
  }
  return absl::OkStatus();
}

absl::Status VerifyBatchNorm(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireFloats(graph, node));
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ChannelsOf(graph, node));
  for (size_t i = 1; i < 5; ++i) {
    if (In(graph, node, i).elements() == axis.depth) continue;
    return Refuse("UNSUPPORTED_SHAPE", "'" + In(graph, node, i).name + "' has shape " +
                                           ShapeText(In(graph, node, i).shape) +
                                           "; supported is one number for each of the " +
                                           std::to_string(axis.depth) +
                                           " channels. Check the shapes of the model");
  }
  return absl::OkStatus();
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 5 * Out(graph, node).elements(); }

LoweredOp Base(const Node& node) {
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "f32";
  lowered.inputs.assign(node.inputs.begin(), node.inputs.end());
  lowered.outputs = node.outputs;
  return lowered;
}

absl::StatusOr<LoweredOp> LowerBatchNorm(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ChannelsOf(graph, node));
  LoweredOp lowered = Base(node);
  lowered.params =
      ParamsBytes(er_batch_norm_params_t{axis, static_cast<float>(node.Real("epsilon", 1e-5))});
  return lowered;
}

absl::Status VerifyLrn(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireFloats(graph, node));
  const int64_t size = node.Int("size");
  if (size >= 1 && size <= 1 << 20) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE", "size is " + std::to_string(size) +
                                             "; supported is at least 1. Export the model "
                                             "again");
}

absl::StatusOr<LoweredOp> LowerLrn(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(er_axis_t axis, ChannelsOf(graph, node));
  LoweredOp lowered = Base(node);
  lowered.params = ParamsBytes(er_lrn_params_t{
      axis, static_cast<int32_t>(node.Int("size")), static_cast<float>(node.Real("alpha", 1e-4)),
      static_cast<float>(node.Real("beta", 0.75)), static_cast<float>(node.Real("bias", 1.0))});
  return lowered;
}

}  // namespace

const OpDef& BatchNormOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "batch_norm";
    d.summary = "(x - mean) * scale / deviation + bias per channel, with given statistics";
    d.types = {"float32"};
    d.attributes = {{"axis", AttributeSpec::Kind::kInt, false},
                    {"epsilon", AttributeSpec::Kind::kReal, false}};
    d.min_inputs = 5;
    d.max_inputs = 5;
    d.elementwise = true;
    d.verify = VerifyBatchNorm;
    d.infer = Infer;
    d.macc_st = MaccSt;
    d.lower = LowerBatchNorm;
    return d;
  }();
  return op;
}

const OpDef& LrnOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "lrn";
    d.summary = "local response normalization along one dimension";
    d.types = {"float32"};
    d.attributes = {{"axis", AttributeSpec::Kind::kInt, false},
                    {"size", AttributeSpec::Kind::kInt, true},
                    {"alpha", AttributeSpec::Kind::kReal, false},
                    {"beta", AttributeSpec::Kind::kReal, false},
                    {"bias", AttributeSpec::Kind::kReal, false}};
    d.verify = VerifyLrn;
    d.infer = Infer;
    d.lower = LowerLrn;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
