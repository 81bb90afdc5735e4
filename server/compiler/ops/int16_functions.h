// Functions of one quantized int16 value: what `unary` and `relu` become.
#ifndef SERVER_COMPILER_OPS_INT16_FUNCTIONS_H_
#define SERVER_COMPILER_OPS_INT16_FUNCTIONS_H_

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/lowering.h"
#include "server/compiler/quant/activation.h"

namespace edgerack::compiler {

// Refuses a `function` (er_unary_function_t) without a kernel, and scales that it cannot have.
absl::Status VerifyInt16Function(const Graph& graph, const Node& node, int32_t function);
absl::StatusOr<LoweredOp> LowerInt16Function(const Graph& graph, const Node& node, int32_t function,
                                             float alpha);
absl::StatusOr<LoweredOp> LowerInt16Relu(const Graph& graph, const Node& node,
                                         Activation activation);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_INT16_FUNCTIONS_H_
