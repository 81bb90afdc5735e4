// One TensorFlow Lite operator becomes one or two nodes of the graph.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_

#include <string>
#include <utility>
#include <vector>

#include "server/compiler/importers/tflite/model_view.h"
#include "server/compiler/ir/finding.h"

namespace edgerack::compiler {

// What a handler works on. `inputs` and `outputs` are already tensors of the graph.
struct NodeContext {
  const TfliteOperator& op;
  Graph& graph;
  std::vector<Finding>& findings;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  // Positions among the operator's inputs of variables that it changes, with their new values.
  std::vector<std::pair<size_t, TensorId>> changed_variables = {};
  std::vector<TensorId> intermediates = {};

  // The layer's name: that of its first output.
  const std::string& name() const { return graph.tensor(outputs[0]).name; }
  // Appends a node of graph operator `graph_op` that came from this operator.
  Node& Append(const std::string& graph_op, std::vector<TensorId> node_inputs, TensorId output);
};

struct TfliteHandler {
  int32_t code;          // builtin operator code
  const char* graph_op;  // the graph operator it becomes
  size_t min_inputs;
  size_t max_inputs;
  // Bit i set: input i only describes the output's shape, which the file holds anyway; it is not
  // imported, so that the operators that compute it need not be supported.
  uint32_t shape_inputs;
  absl::Status (*import)(NodeContext& context);
  size_t min_outputs = 1;
  size_t max_outputs = 1;
};

// In import_recurrent.cc.
absl::Status ImportLstm(NodeContext& context);
absl::Status ImportBidirectionalLstm(NodeContext& context);
absl::Status ImportRnn(NodeContext& context);
absl::Status ImportBidirectionalRnn(NodeContext& context);
absl::Status ImportSvdf(NodeContext& context);

// Every operator that can be taken, in the order of their codes.
const std::vector<TfliteHandler>& TfliteHandlers();
// nullptr for an operator that cannot be taken.
const TfliteHandler* FindTfliteHandler(int32_t code);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_
