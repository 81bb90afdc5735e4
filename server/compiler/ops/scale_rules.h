// What operators ask of the scales of quantized tensors.
#ifndef SERVER_COMPILER_OPS_SCALE_RULES_H_
#define SERVER_COMPILER_OPS_SCALE_RULES_H_

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// The result's values are among the inputs': one scale on both sides.
bool MovesElements(const Node& node);

// An average pool that is the mean of a whole image without padding, which a kernel of its own
// gives in any scale.
bool AveragesWholeImage(const Graph& graph, const Node& node);

// Its int8 kernel wants one scale and zero point for input 0 (concat: all inputs) and the output.
bool KeepsScale(const Graph& graph, const Node& node);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_SCALE_RULES_H_
