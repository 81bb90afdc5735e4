// bucketize(x, boundaries): how many of the ascending constants are not above each element
#include "firmware/kernels/bucketize/bucketize.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  return OneOutput(DType::kS32, In(graph, node, 0).shape);
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const bool takes = x.dtype == DType::kF32 || x.dtype == DType::kS32 || x.dtype == DType::kS64;
  if (!takes) return RefuseType("bucketize", x, "float32, int32 and int64");
  const Tensor& boundaries = In(graph, node, 1);
  if (!boundaries.constant() || boundaries.dtype != DType::kF32 || boundaries.shape.size() != 1) {
    return Refuse("UNSUPPORTED_TYPE",
                  "boundaries '" + boundaries.name + "' are " + DTypeName(boundaries.dtype) + " " +
                      ShapeText(boundaries.shape) +
                      "; supported is a constant list of float32. Convert the model again");
  }
  for (size_t i = 1; i < static_cast<size_t>(boundaries.elements()); ++i) {
    const float before = LoadElement<float>(*boundaries.data, i - 1);
    const float value = LoadElement<float>(*boundaries.data, i);
    if (before <= value) continue;
    return Refuse("UNSUPPORTED_ATTRIBUTE", "boundary " + std::to_string(i) + " is " +
                                               std::to_string(value) + ", the one before it " +
                                               std::to_string(before) +
                                               "; supported are boundaries that ascend. Sort them");
  }
  return absl::OkStatus();
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  LoweredOp lowered;
  lowered.kernel_op = "bucketize";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(er_bucketize_params_t{
      static_cast<int32_t>(x.elements()), static_cast<int32_t>(In(graph, node, 1).elements()),
      static_cast<int32_t>(x.dtype)});
  lowered.inputs = {node.inputs[0], node.inputs[1]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& BucketizeOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "bucketize";
    d.summary = "the number of ascending boundaries that are not above each element";
    d.types = {"float32", "int32", "int64"};
    d.limits = {"boundaries are a constant list of float32, ascending"};
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
