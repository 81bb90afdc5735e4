// Constants that the importer computes: shape arithmetic and weights in another order.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_CONSTANTS_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_CONSTANTS_H_

#include "base/error.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Replaces a node of constants by the constants it computes. Refuses what the operator refuses.
absl::Status FoldNode(Graph& graph, size_t node_index);

// Folds the nodes from `first_node` on that depend on constants only and give small ones, such as
// what a later operator takes as its shape, axes or paddings. What fails stays, and is refused with
// its reason when the graph is verified. Tensors in `outputs` stay computed.
void FoldSmallConstants(Graph& graph, size_t first_node, const std::vector<TensorId>& outputs);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_CONSTANTS_H_
