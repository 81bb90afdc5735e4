// What in a binary model is not 1-bit, and what it costs.
#ifndef SERVER_COMPILER_APP_BINARY_FINDINGS_H_
#define SERVER_COMPILER_APP_BINARY_FINDINGS_H_

#include <vector>

#include "server/compiler/ir/finding.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// `graph` is about to be lowered. Appends, for a model with binary layers or half binary ones, each
// with its layer:
//   NOT_BINARY           a layer with products that are not of bits, with its share of the model's
//                        operations; a warning where its kernel or its input is 1-bit, and so the
//                        other is what keeps it from being so
//   BINARY_ZERO_PADDING  a binary layer that pads with 0, which is none of its input's two values
void FindBinaryCosts(const Graph& graph, std::vector<Finding>& findings);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_BINARY_FINDINGS_H_
