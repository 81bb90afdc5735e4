// gather_elements(x, indices) {axis}: one index per element;
// scatter_elements(x, indices, updates) {axis, reduction}: x with elements replaced or combined
#include "firmware/kernels/gather_elements/gather_elements.h"

#include "firmware/kernels/scatter_elements/scatter_elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"
#include "server/compiler/ops/scatter_reduction.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<size_t> CheckedAxis(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& indices = In(graph, node, 1).shape;
  ER_ASSIGN_OR_RETURN(const size_t axis, NormalizeAxis(node.Int("axis"), x.size()));
  bool fits = indices.size() == x.size();
  for (size_t d = 0; fits && d < x.size(); ++d) fits = d == axis || indices[d] <= x[d];
  if (fits) return axis;
  return Refuse("UNSUPPORTED_SHAPE", "indices of shape " + ShapeText(indices) + " for " +
                                         ShapeText(x) + " along dimension " + std::to_string(axis) +
                                         "; supported are as many dimensions, the others no "
                                         "larger. Check the shapes of the model");
}

absl::StatusOr<std::vector<TensorType>> InferGather(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(CheckedAxis(graph, node).status());
  return OneOutput(In(graph, node, 0).dtype, In(graph, node, 1).shape);
}

absl::StatusOr<std::vector<TensorType>> InferScatter(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(CheckedAxis(graph, node).status());
  const Tensor& indices = In(graph, node, 1);
  const Tensor& updates = In(graph, node, 2);
  if (updates.shape != indices.shape) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "updates of shape " + ShapeText(updates.shape) + " for indices of shape " +
                      ShapeText(indices.shape) +
                      "; supported is one shape for both. Check the shapes of the model");
  }
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const size_t axis, CheckedAxis(graph, node));
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireIndexType(In(graph, node, 1)));
  ER_RETURN_IF_ERROR(RequireIndicesBelow(In(graph, node, 1), x.shape[axis]));
  ER_RETURN_IF_ERROR(RequireMovable(x, Out(graph, node)));
  if (node.op == "gather_elements") return absl::OkStatus();
  return VerifyScatter(graph, node);
}

er_element_walk_shape_t WalkShape(const Graph& graph, const Node& node, size_t axis) {
  const Shape& x = In(graph, node, 0).shape;
  const Tensor& indices = In(graph, node, 1);
  er_element_walk_shape_t s = {};
  for (size_t i = 0; i < ER_ELEMENT_WALK_DIMS; ++i) s.x_dims[i] = s.index_dims[i] = 1;
  const size_t skipped = ER_ELEMENT_WALK_DIMS - x.size();
  for (size_t d = 0; d < x.size(); ++d) {
    s.x_dims[skipped + d] = x[d];
    s.index_dims[skipped + d] = indices.shape[d];
  }
  s.axis = static_cast<int32_t>(skipped + axis);
  s.index_dtype = static_cast<int32_t>(indices.dtype);
  return s;
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const size_t axis, CheckedAxis(graph, node));
  const er_element_walk_shape_t walk = WalkShape(graph, node, axis);
  const DType dtype = In(graph, node, 0).dtype;
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "any";
  for (TensorId id : node.inputs) lowered.inputs.push_back(id);
  lowered.outputs = node.outputs;
  if (node.op == "gather_elements") {
    lowered.params =
        ParamsBytes(er_gather_elements_params_t{walk, static_cast<int32_t>(DTypeBytes(dtype))});
    return lowered;
  }
  ER_ASSIGN_OR_RETURN(const er_combine_t combine, ScatterReduction(node));
  lowered.params =
      ParamsBytes(er_scatter_elements_params_t{walk, static_cast<int32_t>(dtype), combine});
  return lowered;
}

OpDef ElementsOp(const char* name, const char* summary, size_t operands) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = AllTypes();
  d.limits = {
      "indices are int32 or int64; constant ones are checked, others are limited to the "
      "dimension at run time"};
  d.attributes = {{"axis", AttributeSpec::Kind::kInt, true}};
  d.min_inputs = operands;
  d.max_inputs = operands;
  d.verify = Verify;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& GatherElementsOp() {
  static const OpDef op = [] {
    OpDef d = ElementsOp("gather_elements", "elements by one index each, along a dimension", 2);
    d.infer = InferGather;
    return d;
  }();
  return op;
}

const OpDef& ScatterElementsOp() {
  static const OpDef op = [] {
    OpDef d = ElementsOp("scatter_elements", "elements replaced or combined, one index each", 3);
    d.limits.push_back(kScatterLimit);
    d.attributes.push_back({"reduction", AttributeSpec::Kind::kText, false});
    d.infer = InferScatter;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
