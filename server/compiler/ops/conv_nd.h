// Convolutions that kernel conv_nd computes: grouped, transposed, three-dimensional.
#ifndef SERVER_COMPILER_OPS_CONV_ND_H_
#define SERVER_COMPILER_OPS_CONV_ND_H_

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/lowering.h"

namespace edgerack::compiler {

// Attribute `groups` divides input and output channels, and the weights (operand 1, output channels
// first, input channels last) have one group's input channels.
absl::Status RequireGroups(const Graph& graph, const Node& node);

// The kernel call of a verified convolution of any kind.
absl::StatusOr<LoweredOp> LowerConvNd(const Graph& graph, const Node& node);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_CONV_ND_H_
