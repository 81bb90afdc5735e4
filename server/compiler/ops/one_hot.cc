// one_hot(indices, values) {depth, axis, wrap_negative}: values[1] at the index, values[0]
// elsewhere, along a new dimension `axis` of `depth`
#include "firmware/kernels/one_hot/one_hot.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<size_t> NewAxis(const Graph& graph, const Node& node) {
  return NormalizeAxis(node.Int("axis", -1), In(graph, node, 0).shape.size() + 1);
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const size_t axis, NewAxis(graph, node));
  const int64_t depth = node.Int("depth");
  if (depth < 1 || depth > INT32_MAX) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "depth is " + std::to_string(depth) +
                      "; supported are 1 to 2^31 - 1. Export the model again");
  }
  Shape shape = In(graph, node, 0).shape;
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), static_cast<int32_t>(depth));
  return OneOutput(In(graph, node, 1).dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& indices = In(graph, node, 0);
  const Tensor& values = In(graph, node, 1);
  if (indices.dtype == DType::kBool) {
    return Refuse("UNSUPPORTED_TYPE",
                  "indices '" + indices.name +
                      "' are bool; supported are integers and float32. Cast them in the model");
  }
  if (values.elements() != 2) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "values '" + values.name + "' has " + std::to_string(values.elements()) +
                      " elements; supported are two: off, on. Export the model again");
  }
  return RequireMovable(values, Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const size_t axis, NewAxis(graph, node));
  const Tensor& indices = In(graph, node, 0);
  er_one_hot_params_t p = {};
  p.outer = static_cast<int32_t>(DimProduct(indices.shape, 0, axis));
  p.depth = static_cast<int32_t>(node.Int("depth"));
  p.inner = static_cast<int32_t>(DimProduct(indices.shape, axis, indices.shape.size()));
  p.element_bytes = static_cast<int32_t>(DTypeBytes(In(graph, node, 1).dtype));
  p.index_dtype = static_cast<int32_t>(indices.dtype);
  p.wrap_negative = node.Int("wrap_negative", 1) != 0;
  LoweredOp lowered;
  lowered.kernel_op = "one_hot";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& OneHotOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "one_hot";
    d.summary = "one value at an index, another elsewhere";
    d.types = AllTypes();
    d.limits = {"indices are integers, or float32 that are truncated",
                "depth is known when compiling"};
    d.attributes = {{"depth", AttributeSpec::Kind::kInt, true},
                    {"axis", AttributeSpec::Kind::kInt, false},
                    {"wrap_negative", AttributeSpec::Kind::kInt, false}};
    d.min_inputs = 2;
    d.max_inputs = 2;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
