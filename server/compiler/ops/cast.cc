// cast(x) {to}: another element type
#include "firmware/kernels/cast/cast.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  const std::optional<DType> to = ParseDType(node.Text("to"));
  if (!to) {
    return Refuse("UNSUPPORTED_TYPE", "to is " + node.Text("to") +
                                          "; supported are float32, int8, uint8, int16, int32, "
                                          "int64 and bool. Cast to one of these");
  }
  return OneOutput(*to, In(graph, node, 0).shape);
}

absl::Status Verify(const Graph&, const Node&) { return absl::OkStatus(); }

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  LoweredOp lowered;
  lowered.kernel_op = "cast";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(er_cast_params_t{static_cast<int32_t>(x.elements()),
                                                static_cast<int32_t>(x.dtype),
                                                static_cast<int32_t>(Out(graph, node).dtype)});
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& CastOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "cast";
    d.summary = "another element type: floats are cut towards zero and saturate";
    d.types = {"float32", "int8", "int32", "int64", "int16", "uint8", "bool"};
    d.limits = {"quantized values are converted as the integers they are stored as"};
    d.attributes = {{"to", AttributeSpec::Kind::kText, true}};
    d.elementwise = true;
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
