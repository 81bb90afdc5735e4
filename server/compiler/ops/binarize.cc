// binarize(x) {to}: numbers to bits, by the sign of their real value; unbinarize(b): bits to the
// float32 they stand for
#include "firmware/kernels/binarize/binarize.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

int32_t Columns(const Tensor& t) { return t.shape.back(); }
int32_t Rows(const Tensor& t) { return static_cast<int32_t>(t.elements() / Columns(t)); }

absl::Status RequireRows(const Tensor& t) {
  if (!t.shape.empty()) return absl::OkStatus();
  return Refuse("UNSUPPORTED_SHAPE", "tensor '" + t.name +
                                         "' is a scalar; supported are tensors of at least one "
                                         "dimension. Reshape it before");
}

absl::StatusOr<std::vector<TensorType>> InferBits(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  ER_RETURN_IF_ERROR(RequireRows(x));
  const std::optional<DType> to = ParseDType(node.Text("to", "int1"));
  if (to && IsBits(*to)) return OneOutput(*to, x.shape);
  return Refuse("UNSUPPORTED_TYPE",
                "to is " + node.Text("to") +
                    "; supported are int1 (-1 and +1) and uint1 (0 and 1). Use one of them");
}

absl::Status VerifyBinarize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  return x.dtype == DType::kF32 ? absl::OkStatus() : RequireInt8PerTensor(x);
}

absl::StatusOr<LoweredOp> LowerBinarize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const int32_t strict = Out(graph, node).dtype == DType::kU1;
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = KernelType(x.dtype);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  lowered.params = x.dtype == DType::kF32
                       ? ParamsBytes(er_binarize_f32_params_t{Rows(x), Columns(x), strict})
                       : ParamsBytes(er_binarize_s8_params_t{
                             Rows(x), Columns(x), x.quantization.zero_points[0] + strict});
  return lowered;
}

absl::StatusOr<std::vector<TensorType>> InferNumbers(const Graph& graph, const Node& node) {
  return OneOutput(DType::kF32, In(graph, node, 0).shape);
}

absl::Status VerifyUnbinarize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  if (IsBits(x.dtype)) return absl::OkStatus();
  return RefuseType("unbinarize", x, "int1 and uint1");
}

absl::StatusOr<LoweredOp> LowerUnbinarize(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  LoweredOp lowered;
  lowered.kernel_op = node.op;
  lowered.kernel_type = "s1";
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  lowered.params =
      ParamsBytes(er_unbinarize_s1_params_t{Rows(x), Columns(x), x.dtype == DType::kS1 ? -1 : 0});
  return lowered;
}

int64_t MaccSt(const Graph& graph, const Node& node) { return 2 * Out(graph, node).elements(); }

}  // namespace

const OpDef& BinarizeOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "binarize";
    d.summary = "numbers to packed bits: int1 is -1 below 0, else +1; uint1 is 1 above 0, else 0";
    d.types = {"float32", "int8"};
    d.attributes = {{"to", AttributeSpec::Kind::kText, false}};
    d.verify = VerifyBinarize;
    d.infer = InferBits;
    d.macc_st = MaccSt;
    d.lower = LowerBinarize;
    return d;
  }();
  return op;
}

const OpDef& UnbinarizeOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "unbinarize";
    d.summary = "packed bits to the float32 they stand for";
    d.types = {"int1", "uint1"};
    d.verify = VerifyUnbinarize;
    d.infer = InferNumbers;
    d.macc_st = MaccSt;
    d.lower = LowerUnbinarize;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
