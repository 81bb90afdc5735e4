// Normalizations by statistics of the input itself: layer_norm, rms_norm, instance_norm,
// group_norm, mvn, lp_norm. They differ in which elements form a group; one kernel computes all.
#include <algorithm>

#include "firmware/kernels/normalize/normalize.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

// The input seen as `shape` (the channels may be split in two); `within` are the dimensions of one
// group; scale and bias have strides of their own.
struct Grouping {
  Shape shape;
  std::vector<size_t> within;
  std::vector<int32_t> scale, bias;
};

// layer_norm and rms_norm: a group is everything from the axis on.
absl::StatusOr<Grouping> GroupFromAxis(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, Axis(node.Int("axis", -1), shape.size()));
  Grouping g;
  g.shape = shape;
  for (size_t d = axis; d < shape.size(); ++d) g.within.push_back(d);
  for (size_t i = 1; i < 3; ++i) {
    std::vector<int32_t>& strides = i == 1 ? g.scale : g.bias;
    strides.assign(shape.size(), 0);
    if (!HasInput(node, i)) continue;
    const Shape& own = In(graph, node, i).shape;
    ER_ASSIGN_OR_RETURN(Shape all, BroadcastShapes({shape, own}));
    if (all != shape) {
      return Refuse(
          "UNSUPPORTED_SHAPE",
          "scale or bias of shape " + ShapeText(own) + " does not broadcast to " +
              ShapeText(shape) +
              "; supported are dimensions that are equal or 1. Check the shapes of the model");
    }
    strides = BroadcastStrides(own, shape);
  }
  return g;
}

// instance_norm and group_norm: per image, a group is some channels and all their pixels.
absl::StatusOr<Grouping> GroupChannels(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, Axis(node.Int("axis", 1), shape.size()));
  const int32_t channels = shape[axis];
  const int64_t groups = node.op == "instance_norm" ? channels : node.Int("groups");
  if (axis == 0 || groups < 1 || channels % groups != 0) {
    return Refuse(
        "UNSUPPORTED_ATTRIBUTE",
        std::to_string(groups) + " groups of the " + std::to_string(channels) +
            " channels along axis " + std::to_string(axis) + " of " + ShapeText(shape) +
            "; supported are groups that divide the channels. Choose another number of groups");
  }
  for (size_t i = 1; i < 3; ++i) {
    if (!HasInput(node, i)) continue;
    if (In(graph, node, i).elements() == channels) continue;
    return Refuse("UNSUPPORTED_SHAPE",
                  "supported are scale and bias with one number for each of the " +
                      std::to_string(channels) + " channels; one has shape " +
                      ShapeText(In(graph, node, i).shape) + ". Check the shapes of the model");
  }
  Grouping g;
  const int32_t each = channels / static_cast<int32_t>(groups);
  for (size_t d = 0; d < shape.size(); ++d) {
    if (d == axis) {
      g.shape.push_back(static_cast<int32_t>(groups));
      g.scale.push_back(each);
      g.within.push_back(g.shape.size());
      g.shape.push_back(each);
      g.scale.push_back(1);
      continue;
    }
    if (d != 0) g.within.push_back(g.shape.size());
    g.shape.push_back(shape[d]);
    g.scale.push_back(0);
  }
  g.bias = g.scale;
  return g;
}

absl::StatusOr<Grouping> GroupAxes(const Graph& graph, const Node& node) {
  const Shape& shape = In(graph, node, 0).shape;
  std::vector<int64_t> axes = node.Ints("axes");
  if (node.op == "lp_norm") axes = {node.Int("axis", -1)};
  Grouping g;
  g.shape = shape;
  ER_ASSIGN_OR_RETURN(g.within, Axes(axes, shape.size()));
  g.scale.assign(shape.size(), 0);
  g.bias = g.scale;
  return g;
}

absl::StatusOr<Grouping> GroupingOf(const Graph& graph, const Node& node) {
  if (node.op == "layer_norm" || node.op == "rms_norm") return GroupFromAxis(graph, node);
  if (node.op == "mvn" || node.op == "lp_norm") return GroupAxes(graph, node);
  return GroupChannels(graph, node);
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Grouping g, GroupingOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  std::vector<TensorType> types = {{x.dtype, x.shape}};
  if (node.op != "layer_norm") return types;
  Shape groups = x.shape;
  for (size_t d : g.within) groups[d] = 1;
  types.push_back({x.dtype, groups});
  types.push_back({x.dtype, groups});
  return types;
}

absl::Status Verify(const Graph& graph, const Node& node) {
  for (TensorId id : node.inputs) {
    if (id == kNoTensor || graph.tensor(id).dtype == DType::kF32) continue;
    return RefuseType(node.op, graph.tensor(id), "float32");
  }
  const int64_t p = node.Int("p", 2);
  if (p == 1 || p == 2) return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "p is " + std::to_string(p) + "; supported are 1 and 2. Normalize with p = 2");
}

int32_t ModeOf(const Node& node) {
  if (node.op == "lp_norm") return node.Int("p", 2) == 1 ? ER_NORMALIZE_L1 : ER_NORMALIZE_L2;
  return node.op == "rms_norm" ? ER_NORMALIZE_RMS : ER_NORMALIZE_MEAN_VARIANCE;
}

double DefaultEpsilon(const Node& node) {
  return node.op == "lp_norm" ? 0.0 : node.op == "mvn" ? 1e-9 : 1e-5;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(Grouping g, GroupingOf(graph, node));
  const SplitWalk walks =
      SplitByAxes(g.shape, g.within, {ContiguousStrides(g.shape), g.scale, g.bias});
  LoweredOp lowered;
  lowered.kernel_op = "normalize";
  lowered.kernel_type = "f32";
  lowered.params = ParamsBytes(
      er_normalize_params_t{walks.kept, walks.reduced, ModeOf(node),
                            static_cast<float>(node.Real("epsilon", DefaultEpsilon(node)))});
  lowered.inputs.assign(node.inputs.begin(), node.inputs.end());
  lowered.inputs.resize(3, Operand(kNoTensor));
  lowered.outputs = node.outputs;
  lowered.outputs.resize(3, kNoTensor);
  return lowered;
}

OpDef Base(const char* name, const char* summary, size_t max_inputs) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = {"float32"};
  d.max_inputs = max_inputs;
  d.attributes = {{"epsilon", AttributeSpec::Kind::kReal, false}};
  d.kernels = {"normalize"};
  d.elementwise = true;  // a group's statistics are taken before its first output
  d.verify = Verify;
  d.infer = Infer;
  d.lower = Lower;
  return d;
}

const AttributeSpec kAxis = {"axis", AttributeSpec::Kind::kInt, false};

}  // namespace

const OpDef& LayerNormOp() {
  static const OpDef op = [] {
    OpDef d = Base("layer_norm", "(x - mean) / deviation over the dimensions from axis on", 3);
    d.attributes.push_back(kAxis);
    d.max_outputs = 3;
    return d;
  }();
  return op;
}

const OpDef& RmsNormOp() {
  static const OpDef op = [] {
    OpDef d = Base("rms_norm", "x / root of the mean square over the dimensions from axis on", 2);
    d.attributes.push_back(kAxis);
    return d;
  }();
  return op;
}

const OpDef& InstanceNormOp() {
  static const OpDef op = [] {
    OpDef d = Base("instance_norm", "(x - mean) / deviation of each channel of each image", 3);
    d.attributes.push_back(kAxis);
    return d;
  }();
  return op;
}

const OpDef& GroupNormOp() {
  static const OpDef op = [] {
    OpDef d = Base("group_norm", "(x - mean) / deviation of groups of channels of each image", 3);
    d.attributes.push_back(kAxis);
    d.attributes.push_back({"groups", AttributeSpec::Kind::kInt, true});
    return d;
  }();
  return op;
}

const OpDef& MvnOp() {
  static const OpDef op = [] {
    OpDef d = Base("mvn", "(x - mean) / deviation over given dimensions", 1);
    d.attributes.push_back({"axes", AttributeSpec::Kind::kInts, true});
    return d;
  }();
  return op;
}

const OpDef& LpNormOp() {
  static const OpDef op = [] {
    OpDef d = Base("lp_norm", "x divided by its l1 or l2 norm along one dimension", 1);
    d.attributes.push_back(kAxis);
    d.attributes.push_back({"p", AttributeSpec::Kind::kInt, false});
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
