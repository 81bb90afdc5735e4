// gather(x, indices) {axis, batch_dims}: slices of dimension `axis`, one for each index
#include "firmware/kernels/gather/gather.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

struct Axes {
  size_t axis;
  size_t batch;  // leading dimensions that x and indices share
};

absl::StatusOr<Axes> AxesOf(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& indices = In(graph, node, 1).shape;
  ER_ASSIGN_OR_RETURN(const size_t axis, NormalizeAxis(node.Int("axis"), x.size()));
  int64_t batch = node.Int("batch_dims");
  if (batch < 0) batch += static_cast<int64_t>(indices.size());
  const size_t count = static_cast<size_t>(batch);
  if (batch < 0 || count > axis || count > indices.size() ||
      !std::equal(x.begin(), x.begin() + batch, indices.begin())) {
    return Refuse(
        "UNSUPPORTED_ATTRIBUTE",
        "batch_dims is " + std::to_string(node.Int("batch_dims")) + " with axis " +
            std::to_string(axis) + ", shapes " + ShapeText(x) + " and " + ShapeText(indices) +
            "; supported are first dimensions that are the same. Check the shapes of the model");
  }
  return Axes{axis, count};
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Axes axes, AxesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const Shape& indices = In(graph, node, 1).shape;
  const auto axis = static_cast<std::ptrdiff_t>(axes.axis);
  Shape shape(x.shape.begin(), x.shape.begin() + axis);
  shape.insert(shape.end(), indices.begin() + static_cast<std::ptrdiff_t>(axes.batch),
               indices.end());
  shape.insert(shape.end(), x.shape.begin() + axis + 1, x.shape.end());
  return OneOutput(x.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& indices = In(graph, node, 1);
  ER_ASSIGN_OR_RETURN(const Axes axes, AxesOf(graph, node));
  ER_RETURN_IF_ERROR(RequireIndexType(indices));
  ER_RETURN_IF_ERROR(RequireIndicesBelow(indices, x.shape[axes.axis]));
  return RequireMovable(x, Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Axes axes, AxesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& indices = In(graph, node, 1);
  er_gather_params_t p = {};
  p.batch = static_cast<int32_t>(DimProduct(x.shape, 0, axes.batch));
  p.outer = static_cast<int32_t>(DimProduct(x.shape, axes.batch, axes.axis));
  p.size = x.shape[axes.axis];
  p.count = static_cast<int32_t>(indices.elements() / p.batch);
  p.run_bytes = static_cast<int32_t>(DimProduct(x.shape, axes.axis + 1, x.shape.size()) *
                                     DTypeBytes(x.dtype));
  p.index_dtype = static_cast<int32_t>(indices.dtype);
  LoweredOp lowered;
  lowered.kernel_op = "gather";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& GatherOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "gather";
    d.summary = "slices of one dimension by index";
    d.types = AllTypes();
    d.limits = {
        "indices are int32 or int64; constant ones are checked, others are limited to the "
        "dimension at run time"};
    d.attributes = {{"axis", AttributeSpec::Kind::kInt, true},
                    {"batch_dims", AttributeSpec::Kind::kInt, false}};
    d.min_inputs = 2;
    d.max_inputs = 2;
    d.kernels = {"gather"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
