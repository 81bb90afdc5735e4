// where(condition, a, b): elements of a where the condition holds, of b elsewhere, broadcasting
#include "firmware/kernels/where/where.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const Tensor& a = In(graph, node, 1);
  ER_ASSIGN_OR_RETURN(
      Shape shape, BroadcastShapes({In(graph, node, 0).shape, a.shape, In(graph, node, 2).shape}));
  return OneOutput(a.dtype, std::move(shape));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& condition = In(graph, node, 0);
  const Tensor& a = In(graph, node, 1);
  const Tensor& b = In(graph, node, 2);
  if (condition.dtype != DType::kBool)
    return RefuseType("the condition of where", condition, "bool");
  if (a.dtype != b.dtype) {
    return Refuse("UNSUPPORTED_TYPE",
                  "'" + a.name + "' and '" + b.name + "' are " + DTypeName(a.dtype) + " and " +
                      DTypeName(b.dtype) +
                      "; supported is one type for both. Cast one of them in the model");
  }
  ER_RETURN_IF_ERROR(RequireSameQuantization(a, Out(graph, node)));
  return RequireSameQuantization(b, Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& y = Out(graph, node);
  std::vector<std::vector<int32_t>> strides;
  for (size_t i = 0; i < 3; ++i) {
    strides.push_back(BroadcastStrides(In(graph, node, i).shape, y.shape));
  }
  LoweredOp lowered;
  lowered.kernel_op = "where";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(
      er_where_params_t{MakeWalk(y.shape, strides), static_cast<int32_t>(DTypeBytes(y.dtype))});
  lowered.inputs.assign(node.inputs.begin(), node.inputs.end());
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& WhereOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "where";
    d.summary = "elements of one operand or another, as a condition says, with broadcasting";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.limits = {"quantized operands and result have one scale"};
    d.min_inputs = 3;
    d.max_inputs = 3;
    d.elementwise = true;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
