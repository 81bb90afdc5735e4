// reverse_sequence(x, lengths) {batch_axis, time_axis}: the first lengths[b] elements of sequence b
// in reverse order
#include "firmware/kernels/reverse_sequence/reverse_sequence.h"

#include <algorithm>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

struct Axes {
  size_t batch, time;
};

absl::StatusOr<Axes> AxesOf(const Graph& graph, const Node& node) {
  const size_t rank = In(graph, node, 0).shape.size();
  ER_ASSIGN_OR_RETURN(const size_t batch, NormalizeAxis(node.Int("batch_axis"), rank));
  ER_ASSIGN_OR_RETURN(const size_t time, NormalizeAxis(node.Int("time_axis"), rank));
  if (batch != time) return Axes{batch, time};
  return Refuse(
      "UNSUPPORTED_ATTRIBUTE",
      "batch_axis and time_axis are one dimension; supported are two. Export the model again");
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Axes axes, AxesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const Tensor& lengths = In(graph, node, 1);
  if (lengths.shape != Shape{x.shape[axes.batch]}) {
    return Refuse(
        "UNSUPPORTED_SHAPE",
        "lengths of shape " + ShapeText(lengths.shape) + " for " +
            std::to_string(x.shape[axes.batch]) +
            " sequences; supported is one length for each. Check the shapes of the model");
  }
  return SameType(x);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(RequireIndexType(In(graph, node, 1)));
  return RequireMovable(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(const Axes axes, AxesOf(graph, node));
  const Tensor& x = In(graph, node, 0);
  const size_t first = std::min(axes.batch, axes.time);
  const size_t second = std::max(axes.batch, axes.time);
  er_reverse_sequence_params_t p = {};
  p.outer = static_cast<int32_t>(DimProduct(x.shape, 0, first));
  p.first = x.shape[first];
  p.middle = static_cast<int32_t>(DimProduct(x.shape, first + 1, second));
  p.second = x.shape[second];
  p.run_bytes =
      static_cast<int32_t>(DimProduct(x.shape, second + 1, x.shape.size()) * DTypeBytes(x.dtype));
  p.batch_is_first = axes.batch == first;
  p.index_dtype = static_cast<int32_t>(In(graph, node, 1).dtype);
  LoweredOp lowered;
  lowered.kernel_op = "reverse_sequence";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& ReverseSequenceOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "reverse_sequence";
    d.summary = "the beginning of each sequence in reverse order";
    d.types = AllTypes();
    d.limits = {"lengths are int32 or int64 and are limited to the sequence at run time"};
    d.attributes = {{"batch_axis", AttributeSpec::Kind::kInt, true},
                    {"time_axis", AttributeSpec::Kind::kInt, true}};
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
