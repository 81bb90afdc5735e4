// One node's outputs at compile time, by the reference kernel a board would run: folding constants
// and the shape arithmetic of a model file cannot differ from what the board computes.
#ifndef SERVER_COMPILER_LOWER_EVALUATE_H_
#define SERVER_COMPILER_LOWER_EVALUATE_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// True where at least one operand is present and every one that is, is a whole constant.
bool CanEvaluate(const Graph& graph, const Node& node);

// True where computing the node now is better than in each run: it can be lowered, and its outputs
// are larger than its inputs by at most 4 KiB. Beyond that flash is dearer than the computation, as
// with int8 weights that a model dequantizes.
bool WorthEvaluating(const Graph& graph, const Node& node);

// The bytes of each output (empty for an absent one), little-endian, row-major. The node must have
// passed VerifyNode and CanEvaluate. Errors: what lowering refuses; RESOURCE_EXHAUSTED (USER) above
// 256 MiB of operands and scratch.
absl::StatusOr<std::vector<std::string>> Evaluate(const Graph& graph, size_t node_index);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_EVALUATE_H_
