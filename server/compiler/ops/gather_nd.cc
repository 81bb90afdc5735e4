// gather_nd(x, indices) {batch_dims}: slices of x named by index tuples;
// scatter_nd(x, indices, updates) {reduction}: x with such slices replaced or combined
#include "firmware/kernels/gather_nd/gather_nd.h"

#include "firmware/kernels/scatter_nd/scatter_nd.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"
#include "server/compiler/ops/scatter_reduction.h"

namespace edgerack::compiler {
namespace {

struct Slices {
  size_t batch;  // leading dimensions that x and indices share
  size_t depth;  // length of an index tuple
};

absl::StatusOr<Slices> SlicesOf(const Graph& graph, const Node& node) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& indices = In(graph, node, 1).shape;
  const int64_t batch = node.Int("batch_dims");
  const size_t rank = indices.size();
  const size_t shared = static_cast<size_t>(batch);
  if (batch < 0 || rank < 1 || shared >= rank || shared > x.size() ||
      !std::equal(x.begin(), x.begin() + batch, indices.begin()) ||
      shared + static_cast<size_t>(indices.back()) > x.size()) {
    return Refuse(
        "UNSUPPORTED_SHAPE",
        "index tuples of shape " + ShapeText(indices) + " with batch_dims " +
            std::to_string(batch) + " do not index " + ShapeText(x) +
            "; supported are tuples no longer than its dimensions. Check the shapes of the model");
  }
  return Slices{shared, static_cast<size_t>(indices.back())};
}

// The shape of all named slices together.
Shape SlicesShape(const Graph& graph, const Node& node, const Slices& s) {
  const Shape& x = In(graph, node, 0).shape;
  const Shape& indices = In(graph, node, 1).shape;
  Shape shape(indices.begin(), indices.end() - 1);
  shape.insert(shape.end(), x.begin() + static_cast<std::ptrdiff_t>(s.batch + s.depth), x.end());
  return shape;
}

absl::StatusOr<std::vector<TensorType>> InferGather(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Slices s, SlicesOf(graph, node));
  return OneOutput(In(graph, node, 0).dtype, SlicesShape(graph, node, s));
}

absl::StatusOr<std::vector<TensorType>> InferScatter(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Slices s, SlicesOf(graph, node));
  const Shape expected = SlicesShape(graph, node, s);
  const Tensor& updates = In(graph, node, 2);
  if (updates.shape != expected) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "updates of shape " + ShapeText(updates.shape) + "; supported is " +
                      ShapeText(expected) +
                      ", what the indices ask for. Check the shapes of the model");
  }
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Slices s, SlicesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireIndexType(In(graph, node, 1)));
  std::vector<int64_t> sizes;
  for (size_t d = 0; d < s.depth; ++d) sizes.push_back(x.shape[s.batch + d]);
  ER_RETURN_IF_ERROR(RequireIndicesBelow(In(graph, node, 1), sizes));
  ER_RETURN_IF_ERROR(RequireMovable(x, Out(graph, node)));
  if (node.op == "gather_nd") return absl::OkStatus();
  return VerifyScatter(graph, node);
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Slices s, SlicesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& indices = In(graph, node, 1);
  er_slice_index_shape_t shape = {};
  shape.batch = static_cast<int32_t>(DimProduct(x.shape, 0, s.batch));
  shape.depth = static_cast<int32_t>(s.depth);
  shape.count = static_cast<int32_t>(indices.elements() / shape.batch / shape.depth);
  for (size_t d = 0; d < s.depth; ++d) shape.dims[d] = x.shape[s.batch + d];
  shape.run = static_cast<int32_t>(DimProduct(x.shape, s.batch + s.depth, x.shape.size()));
  shape.index_dtype = static_cast<int32_t>(indices.dtype);
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "any";
  for (TensorId id : node.inputs) lowered.inputs.push_back(id);
  lowered.outputs = node.outputs;
  if (node.op == "gather_nd") {
    lowered.params =
        ParamsBytes(er_gather_nd_params_t{shape, static_cast<int32_t>(DTypeBytes(x.dtype))});
    return lowered;
  }
  ER_ASSIGN_OR_RETURN(const er_combine_t combine, ScatterReduction(node));
  lowered.params =
      ParamsBytes(er_scatter_nd_params_t{shape, static_cast<int32_t>(x.dtype), combine});
  return lowered;
}

OpDef SlicesOp(const char* name, const char* summary, size_t operands) {
  OpDef d;
  d.name = name;
  d.summary = summary;
  d.types = AllTypes();
  d.limits = {
      "indices are int32 or int64; constant ones are checked, others are limited to their "
      "dimensions at run time"};
  d.min_inputs = operands;
  d.max_inputs = operands;
  d.verify = Verify;
  d.lower = Lower;
  return d;
}

}  // namespace

const OpDef& GatherNdOp() {
  static const OpDef op = [] {
    OpDef d = SlicesOp("gather_nd", "slices by index tuples", 2);
    d.attributes = {{"batch_dims", AttributeSpec::Kind::kInt, false}};
    d.infer = InferGather;
    return d;
  }();
  return op;
}

const OpDef& ScatterNdOp() {
  static const OpDef op = [] {
    OpDef d = SlicesOp("scatter_nd", "slices replaced or combined, by index tuples", 3);
    d.limits.push_back(kScatterLimit);
    d.attributes = {{"reduction", AttributeSpec::Kind::kText, false}};
    d.infer = InferScatter;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
