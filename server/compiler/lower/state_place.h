// When a state's next value may be computed where the state itself lies.
#ifndef SERVER_COMPILER_LOWER_STATE_PLACE_H_
#define SERVER_COMPILER_LOWER_STATE_PLACE_H_

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// The tensor whose bytes this one shows: follows aliases (reshapes) to what is no alias's output.
TensorId AliasSource(const Graph& graph, TensorId id);

// True when a node writes the next value, no other state takes the same one, and nothing reads the
// state after that node has begun, but for inputs that the node may overwrite by it.
bool NextFitsStatePlace(const Graph& graph, const State& state);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_STATE_PLACE_H_
