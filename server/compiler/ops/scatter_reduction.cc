#include "server/compiler/ops/scatter_reduction.h"

#include "server/compiler/ir/refusal.h"
#include "server/compiler/ops/checks.h"
#include "server/compiler/ops/movement.h"

namespace edgerack::compiler {

absl::StatusOr<er_combine_t> ScatterReduction(const Node& node) {
  const std::string name = node.Text("reduction", "none");
  if (name == "none") return ER_COMBINE_REPLACE;
  if (name == "add") return ER_COMBINE_ADD;
  if (name == "mul") return ER_COMBINE_MUL;
  if (name == "min") return ER_COMBINE_MIN;
  if (name == "max") return ER_COMBINE_MAX;
  return Refuse("UNSUPPORTED_ATTRIBUTE", "reduction is " + name +
                                             "; supported are none, add, mul, min, max. Use "
                                             "one of these");
}

absl::Status VerifyScatter(const Graph& graph, const Node& node) {
  const Tensor& x = In(graph, node, 0);
  const Tensor& updates = In(graph, node, 2);
  if (updates.dtype != x.dtype) {
    return Refuse("UNSUPPORTED_TYPE",
                  "updates '" + updates.name + "' are " + DTypeName(updates.dtype) +
                      " for a tensor of " + DTypeName(x.dtype) +
                      "; supported is one type for both. Cast them in the model");
  }
  ER_RETURN_IF_ERROR(RequireMovable(updates, Out(graph, node)));
  ER_ASSIGN_OR_RETURN(const er_combine_t combine, ScatterReduction(node));
  const bool adds_up = x.dtype == DType::kF32 || x.dtype == DType::kS32 || x.dtype == DType::kS64;
  if (combine == ER_COMBINE_REPLACE || adds_up) return absl::OkStatus();
  return Refuse("UNSUPPORTED_TYPE", std::string("its tensor is ") + DTypeName(x.dtype) +
                                        "; supported: " + kScatterLimit + ". Cast it in the model");
}

}  // namespace edgerack::compiler
