// What an operator is when the tensors it reads have their dimensions in another order.
#ifndef SERVER_COMPILER_PASSES_MOVE_RULES_H_
#define SERVER_COMPILER_PASSES_MOVE_RULES_H_

#include <optional>

#include "server/compiler/passes/permutation.h"

namespace edgerack::compiler {

// How a node reads transpose(x') {perm}: as `node` reading x', its result then transposed by
// `result` (identity: not at all).
struct MovedNode {
  Node node;
  Permutation result;
};

// nullopt for operators that cannot be moved. `rank` is that of the node's data inputs.
std::optional<MovedNode> MoveBehind(const Node& node, const Permutation& perm);

// True for operators whose inputs are broadcast to one shape, so that every one has to follow.
bool Broadcasts(const Node& node);
// True for functions of each element alone.
bool IsElementwise(const Node& node);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PASSES_MOVE_RULES_H_
