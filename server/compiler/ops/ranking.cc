// arg_reduce(x) {fn, axis, keepdims, select_last, to}, topk(x) {k, axis, largest, sorted, to} and
// cumsum(x) {axis, exclusive, reverse}
#include "firmware/kernels/arg_reduce/arg_reduce.h"
#include "firmware/kernels/cumsum/cumsum.h"
#include "firmware/kernels/topk/topk.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/ops/walks.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<size_t> AxisOf(const Graph& graph, const Node& node, int64_t fallback) {
  return Axis(node.Int("axis", fallback), In(graph, node, 0).shape.size());
}

absl::StatusOr<DType> IndexType(const Node& node) {
  const std::string name = node.Text("to", "int64");
  if (name == "int64") return DType::kS64;
  if (name == "int32") return DType::kS32;
  return Refuse("UNSUPPORTED_TYPE",
                "indices of " + name +
                    "; supported are int32 and int64. Export the model with one of "
                    "these");
}

absl::StatusOr<std::vector<TensorType>> InferArgReduce(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(size_t axis, AxisOf(graph, node, 0));
  ER_ASSIGN_OR_RETURN(DType index, IndexType(node));
  Shape shape = In(graph, node, 0).shape;
  if (node.Int("keepdims", 1) != 0) {
    shape[axis] = 1;
  } else {
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  }
  return OneOutput(index, std::move(shape));
}

absl::Status VerifyArgReduce(const Graph&, const Node& node) {
  const std::string fn = node.Text("fn");
  if (fn == "max" || fn == "min") return absl::OkStatus();
  return Refuse("UNSUPPORTED_ATTRIBUTE",
                "fn is " + fn + "; supported are max and min. Use one of these");
}

LoweredOp Base(const Node& node) {
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "any";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

absl::StatusOr<LoweredOp> LowerArgReduce(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(size_t axis, AxisOf(graph, node, 0));
  LoweredOp lowered = Base(node);
  lowered.params =
      ParamsBytes(er_arg_reduce_params_t{AxisView(x.shape, axis), static_cast<int32_t>(x.dtype),
                                         static_cast<int32_t>(Out(graph, node).dtype),
                                         node.Text("fn") == "max", node.Int("select_last") != 0});
  return lowered;
}

absl::StatusOr<std::vector<TensorType>> InferTopk(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(size_t axis, AxisOf(graph, node, -1));
  ER_ASSIGN_OR_RETURN(DType index, IndexType(node));
  const Tensor& x = In(graph, node, 0);
  const int64_t k = node.Int("k");
  if (k < 1 || k > x.shape[axis]) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "k is " + std::to_string(k) + " of " + std::to_string(x.shape[axis]) +
                      " elements; supported is 1 to that many. Take fewer");
  }
  Shape shape = x.shape;
  shape[axis] = static_cast<int32_t>(k);
  return std::vector<TensorType>{{x.dtype, shape}, {index, shape}};
}

absl::Status VerifyTopk(const Graph& graph, const Node& node) {
  return RequireSameQuantization(In(graph, node, 0), Out(graph, node));
}

absl::StatusOr<LoweredOp> LowerTopk(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(size_t axis, AxisOf(graph, node, -1));
  ER_ASSIGN_OR_RETURN(DType index, IndexType(node));
  LoweredOp lowered = Base(node);
  lowered.outputs.resize(2, kNoTensor);
  lowered.params = ParamsBytes(er_topk_params_t{
      AxisView(x.shape, axis), static_cast<int32_t>(node.Int("k")), static_cast<int32_t>(x.dtype),
      static_cast<int32_t>(index), node.Int("largest", 1) != 0});
  return lowered;
}

absl::StatusOr<std::vector<TensorType>> InferCumsum(const Graph& graph, const Node& node) {
  ER_RETURN_IF_ERROR(AxisOf(graph, node, 0).status());
  return SameType(In(graph, node, 0));
}

absl::Status VerifyCumsum(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const bool takes =
      x.dtype == DType::kF32 || (!x.quantization.quantized() && x.dtype != DType::kBool);
  return takes ? absl::OkStatus() : RefuseType("cumsum", x, "float32 and integers");
}

absl::StatusOr<LoweredOp> LowerCumsum(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_ASSIGN_OR_RETURN(size_t axis, AxisOf(graph, node, 0));
  LoweredOp lowered = Base(node);
  lowered.params =
      ParamsBytes(er_cumsum_params_t{AxisView(x.shape, axis), static_cast<int32_t>(x.dtype),
                                     node.Int("exclusive") != 0, node.Int("reverse") != 0});
  return lowered;
}

}  // namespace

const OpDef& ArgReduceOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "arg_reduce";
    d.summary = "index of the largest or smallest element along one dimension";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.attributes = {{"fn", AttributeSpec::Kind::kText, true},
                    {"axis", AttributeSpec::Kind::kInt, false},
                    {"keepdims", AttributeSpec::Kind::kInt, false},
                    {"select_last", AttributeSpec::Kind::kInt, false},
                    {"to", AttributeSpec::Kind::kText, false}};
    d.verify = VerifyArgReduce;
    d.infer = InferArgReduce;
    d.lower = LowerArgReduce;
    return d;
  }();
  return op;
}

const OpDef& TopkOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "topk";
    d.summary = "the k largest or smallest elements along one dimension and their indices";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.attributes = {{"k", AttributeSpec::Kind::kInt, true},
                    {"axis", AttributeSpec::Kind::kInt, false},
                    {"largest", AttributeSpec::Kind::kInt, false},
                    {"sorted", AttributeSpec::Kind::kInt, false},
                    {"to", AttributeSpec::Kind::kText, false}};
    d.max_outputs = 2;
    d.verify = VerifyTopk;
    d.infer = InferTopk;
    d.lower = LowerTopk;
    return d;
  }();
  return op;
}

const OpDef& CumsumOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "cumsum";
    d.summary = "running sums along one dimension";
    d.types = {"float32", "int32", "int64", "int16", "int8", "uint8"};
    d.attributes = {{"axis", AttributeSpec::Kind::kInt, false},
                    {"exclusive", AttributeSpec::Kind::kInt, false},
                    {"reverse", AttributeSpec::Kind::kInt, false}};
    d.elementwise = true;
    d.verify = VerifyCumsum;
    d.infer = InferCumsum;
    d.lower = LowerCumsum;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
