// concat(a, b, …) {axis}: one behind the other along a dimension
#include "firmware/kernels/concat/concat.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& first = In(graph, node, 0);
  Shape shape = first.shape;
  ER_ASSIGN_OR_RETURN(const size_t axis, NormalizeAxis(node.Int("axis"), shape.size()));
  int64_t total = 0;
  for (TensorId id : node.inputs) {
    if (id == kNoTensor) return Refuse("BAD_GRAPH", "a part is absent");
    const Tensor& part = graph.tensor(id);
    Shape others = part.shape;
    if (others.size() == shape.size()) others[axis] = first.shape[axis];
    if (others != first.shape || part.dtype != first.dtype) {
      return Refuse("UNSUPPORTED_SHAPE",
                    "parts '" + first.name + "' and '" + part.name + "' are " +
                        DTypeName(first.dtype) + " " + ShapeText(first.shape) + " and " +
                        DTypeName(part.dtype) + " " + ShapeText(part.shape) +
                        "; supported are parts of one type that differ along dimension " +
                        std::to_string(axis) + " only. Check the shapes of the model");
    }
    total += part.shape[axis];
  }
  if (total > INT32_MAX)
    return Refuse("UNSUPPORTED_SHAPE",
                  "the joined tensor has over 2^31 - 1 elements; supported are fewer. Join less");
  shape[axis] = static_cast<int32_t>(total);
  return OneOutput(first.dtype, shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  for (TensorId id : node.inputs) {
    ER_RETURN_IF_ERROR(RequireMovable(graph.tensor(id), Out(graph, node)));
  }
  return absl::OkStatus();
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& y = Out(graph, node);
  ER_ASSIGN_OR_RETURN(const size_t axis, NormalizeAxis(node.Int("axis"), y.shape.size()));
  er_concat_params_t p = {};
  p.outer = static_cast<int32_t>(DimProduct(y.shape, 0, axis));
  p.parts = static_cast<int32_t>(node.inputs.size());
  LoweredOp lowered;
  lowered.kernel_op = "concat";
  lowered.kernel_type = "any";
  lowered.outputs = node.outputs;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    p.run_bytes[i] = static_cast<int32_t>(In(graph, node, i).bytes() / p.outer);
    lowered.inputs.push_back(node.inputs[i]);
  }
  lowered.params = ParamsBytes(p);
  return lowered;
}

}  // namespace

const OpDef& ConcatOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "concat";
    d.summary = "tensors one behind the other along a dimension";
    d.types = AllTypes();
    d.limits = {"up to 16 parts; longer lists are chained",
                "quantized parts have the output's scale and zero point; others are requantized "
                "first"};
    d.attributes = {{"axis", AttributeSpec::Kind::kInt, true}};
    d.min_inputs = 1;
    d.max_inputs = ER_KERNEL_MAX_OPERANDS;
    d.kernels = {"concat"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
