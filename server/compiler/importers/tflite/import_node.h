// One TensorFlow Lite operator becomes one or a few nodes of the graph.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/compiler/importers/tflite/model_view.h"
#include "server/compiler/importers/tflite/tensor_names.h"
#include "server/compiler/ir/finding.h"

namespace edgerack::compiler {

struct TfliteHandler;

using Attributes = std::map<std::string, AttributeValue>;

// What a handler works on. `inputs` and `outputs` are already tensors of the graph; their shapes
// and types are the file's and checked only after the whole graph is there.
struct NodeContext {
  const TfliteOperator& op;
  const TfliteHandler& handler;
  Graph& graph;
  TensorNames& names;
  // Weights that were put into another order, by those of the file: once for all their readers.
  std::map<TensorId, TensorId>& reordered;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  // Positions among the operator's inputs of variables that it changes, with their new values.
  std::vector<std::pair<size_t, TensorId>> changed_variables = {};
  // Tensors that only lend the operator their scales.
  std::vector<TensorId> intermediates = {};

  const Tensor& in(size_t i) const { return graph.tensor(inputs[i]); }
  const Tensor& out(size_t i = 0) const { return graph.tensor(outputs[i]); }
  bool has(size_t i) const { return i < inputs.size() && inputs[i] != kNoTensor; }

  // Appends a node that came from this operator. The reference holds until the next one.
  Node& Append(const std::string& graph_op, std::vector<TensorId> node_inputs, TensorId output,
               Attributes attributes = {});
  // Appends a node whose output is a new tensor NAME.SUFFIX: its type follows from the operator,
  // its quantization is that of the first input.
  absl::StatusOr<TensorId> Step(const std::string& graph_op, std::vector<TensorId> node_inputs,
                                const std::string& suffix, Attributes attributes = {});
  // A new constant NAME.SUFFIX.
  TensorId Constant(const std::string& suffix, DType dtype, const Shape& shape, std::string bytes,
                    const Quantization& quantization = {});
  // Adds a tensor under its name or, where that is taken, one with a suffix.
  TensorId Add(Tensor tensor);
  // Appends what reshapes `x` to the operator's output `i`.
  void ReshapeTo(TensorId x, size_t i = 0);

  // The elements of a small integer constant, 1 to 64 of them; `what` names it in the refusal.
  absl::StatusOr<std::vector<int64_t>> Integers(size_t input, const char* what) const;
  // The only element of such a constant.
  absl::StatusOr<int64_t> Integer(size_t input, const char* what) const;
};

struct TfliteHandler {
  int32_t code;          // builtin operator code
  const char* graph_op;  // the graph operator it becomes
  size_t min_inputs;
  size_t max_inputs;
  // Bit i set: input i only describes the output's shape, which the file holds anyway; it is not
  // imported, so that the operators that compute it need not be supported.
  uint64_t shape_inputs;
  absl::Status (*import)(NodeContext& context);
  const char* fn = nullptr;  // attribute `fn` of the graph operator, where it has one
  size_t max_outputs = 1;
};

// Every operator that can be taken, in the order of their codes.
const std::vector<TfliteHandler>& TfliteHandlers();
// nullptr for an operator that cannot be taken.
const TfliteHandler* FindTfliteHandler(int32_t code);

// Sets attribute `act`.
absl::Status SetActivation(tflite::FusedActivation activation, Node& node);
// For an operator whose fused activation has to be NONE.
absl::Status RequireNoActivation(tflite::FusedActivation activation);
// "its XOptions are missing".
absl::Status NoOptions(const char* table);
// An axis counted from the end where negative, as an index below `rank`.
absl::StatusOr<size_t> AxisBelow(int64_t axis, size_t rank);
std::vector<int64_t> ShapeAttribute(const Shape& shape);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_IMPORT_NODE_H_
