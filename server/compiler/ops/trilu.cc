// trilu(x) {upper, k}: the upper or lower triangle of the last two dimensions, real zero elsewhere
#include "firmware/kernels/trilu/trilu.h"

#include <algorithm>
#include <cstring>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  return SameType(In(graph, node, 0));
}

absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  if (x.shape.size() < 2) {
    return Refuse("UNSUPPORTED_SHAPE",
                  "a triangle of shape " + ShapeText(x.shape) +
                      "; supported are at least two dimensions. Reshape it in the model");
  }
  return RequireMovable(x, Out(graph, node));
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const size_t rank = x.shape.size();
  er_trilu_params_t p = {};
  p.count = static_cast<int32_t>(DimProduct(x.shape, 0, rank - 2));
  p.rows = x.shape[rank - 2];
  p.cols = x.shape[rank - 1];
  p.element_bytes = static_cast<int32_t>(DTypeBytes(x.dtype));
  p.upper = node.Int("upper", 1) != 0;
  // Beyond the matrix every diagonal is the same one.
  p.k = static_cast<int32_t>(std::clamp<int64_t>(node.Int("k"), -p.rows, p.cols));
  const int64_t zero = x.quantization.quantized() ? x.quantization.zero_points[0] : 0;
  std::memcpy(p.fill, &zero, sizeof p.fill);  // little-endian: the low bytes are the element
  LoweredOp lowered;
  lowered.kernel_op = "trilu";
  lowered.kernel_type = "any";
  lowered.params = ParamsBytes(p);
  lowered.inputs = {node.inputs[0]};
  lowered.outputs = node.outputs;
  return lowered;
}

}  // namespace

const OpDef& TriluOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "trilu";
    d.summary = "upper or lower triangle of matrices";
    d.types = AllTypes();
    d.attributes = {{"upper", AttributeSpec::Kind::kInt, false},
                    {"k", AttributeSpec::Kind::kInt, false}};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
