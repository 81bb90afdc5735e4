// Attribute `reduction` of the scattering operators.
#ifndef SERVER_COMPILER_OPS_SCATTER_REDUCTION_H_
#define SERVER_COMPILER_OPS_SCATTER_REDUCTION_H_

#include "firmware/kernels/common/combine.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

inline constexpr char kScatterLimit[] =
    "reduction none takes every type; add, mul, min, max take float32, int32, int64";

// none (the default), add, mul, min or max.
absl::StatusOr<er_combine_t> ScatterReduction(const Node& node);
// The reduction suits the type, and the updates (input 2) are of input 0's type and quantization.
absl::Status VerifyScatter(const Graph& graph, const Node& node);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_SCATTER_REDUCTION_H_
