// transpose(x) {perm}: dimension d of the output is dimension perm[d] of x
#include <algorithm>

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {
namespace {

absl::StatusOr<std::vector<size_t>> Permutation(const Graph& graph, const Node& node) {
  const size_t rank = In(graph, node, 0).shape.size();
  std::vector<size_t> perm;
  for (int64_t axis : node.Ints("perm")) {
    ER_ASSIGN_OR_RETURN(const size_t d, NormalizeAxis(axis, rank));
    if (std::find(perm.begin(), perm.end(), d) == perm.end()) perm.push_back(d);
  }
  if (perm.size() != rank || node.Ints("perm").size() != rank) {
    return Refuse("UNSUPPORTED_ATTRIBUTE",
                  "perm leaves out a dimension or names one twice; supported is each of the " +
                      std::to_string(rank) + " once. Export the model again");
  }
  return perm;
}

absl::StatusOr<std::vector<TensorType>> Infer(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(std::vector<size_t> perm, Permutation(graph, node));
  const Tensor& x = In(graph, node, 0);
  Shape shape;
  for (size_t d : perm) shape.push_back(x.shape[d]);
  return OneOutput(x.dtype, shape);
}

// Scales per channel move with their dimension.
absl::Status Verify(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& y = Out(graph, node);
  if (x.quantization.scales.size() <= 1) return RequireMovable(x, y);
  ER_ASSIGN_OR_RETURN(std::vector<size_t> perm, Permutation(graph, node));
  Quantization moved = y.quantization;
  const size_t axis = static_cast<size_t>(moved.axis);
  moved.axis = axis < perm.size() ? static_cast<int>(perm[axis]) : -1;
  if (moved == x.quantization) return absl::OkStatus();
  return Refuse(
      "UNSUPPORTED_QUANTIZATION",
      "the scales of '" + y.name + "' are not those of '" + x.name +
          "' along the dimension they belong to; supported are the same. Quantize the model again");
}

absl::StatusOr<LoweredOp> Lower(const Graph& graph, const Node& node) {
  ER_ASSIGN_OR_RETURN(std::vector<size_t> perm, Permutation(graph, node));
  const std::vector<int64_t> in = RowMajorStrides(In(graph, node, 0).shape);
  const Shape& shape = Out(graph, node).shape;
  const std::vector<int64_t> out = RowMajorStrides(shape);
  std::vector<CopyLoop> loops;
  for (size_t d = 0; d < perm.size(); ++d) loops.push_back({shape[d], in[perm[d]], out[d]});
  return LowerStridedCopy(graph, node, loops, 0, 0);
}

}  // namespace

const OpDef& TransposeOp() {
  static const OpDef op = [] {
    OpDef d;
    d.name = "transpose";
    d.summary = "dimensions in another order";
    d.types = AllTypes();
    d.attributes = {{"perm", AttributeSpec::Kind::kInts, true}};
    d.kernels = {"strided_copy"};
    d.verify = Verify;
    d.infer = Infer;
    d.lower = Lower;
    return d;
  }();
  return op;
}

}  // namespace edgerack::compiler
