// The rules every graph keeps between passes, whatever its operators are.
#ifndef SERVER_COMPILER_IR_VERIFIER_H_
#define SERVER_COMPILER_IR_VERIFIER_H_

#include "base/error.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Ids in range; names unique; shapes positive, of rank <= 6, below 2^31 bytes; constants of their
// shape's size; quantization complete; each tensor written once and before it is read; inputs not
// written; outputs written or inputs or constants. INVALID_ARGUMENT with code BAD_GRAPH.
absl::Status VerifyStructure(const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_VERIFIER_H_
