// What the compiler knows about an operator. Each operator is one file that fills in one OpDef and
// one line in ops.inc; everything else (verification, shapes, MACs, lowering, the `ops` listing)
// is driven by these tables.
#ifndef SERVER_COMPILER_OPS_OP_DEF_H_
#define SERVER_COMPILER_OPS_OP_DEF_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/lowering.h"

namespace edgerack::compiler {

struct AttributeSpec {
  enum class Kind { kInt, kReal, kText, kInts };
  const char* name;
  Kind kind;
  bool required;
};

// What an output is, as far as inputs and attributes tell: scale and zero point are the model's.
struct TensorType {
  DType dtype;
  Shape shape;
};

struct OpDef {
  const char* name;
  const char* summary;              // one line for a person
  std::vector<const char*> types;   // supported element types of activations
  std::vector<const char*> limits;  // each a sentence; what is refused beyond the types
  std::vector<AttributeSpec> attributes;
  size_t min_inputs = 1;
  size_t max_inputs = 1;
  // Outputs beyond the first `min_outputs` may be absent (kNoTensor, or not listed).
  size_t min_outputs = 1;
  size_t max_outputs = 1;
  // True where the kernel reads element i of each input before it writes element i of the output
  // and never later, so that the output may take the place of an input.
  bool elementwise = false;
  // Pairs (output, input): besides, the kernel takes this output in the input's own place.
  std::vector<std::pair<size_t, size_t>> overwrites;
  // True where the output is the input's bytes: no kernel, the planner puts both at one place.
  bool alias = false;
  // Folders under firmware/kernels that it lowers to; empty: the one of its own name, if any.
  std::vector<const char*> kernels;

  // Types, quantization and attribute values; shapes have been checked against `infer`.
  absl::Status (*verify)(const Graph& graph, const Node& node) = nullptr;
  // All `max_outputs` outputs, in order, whether the node has the optional ones or not. Reads the
  // inputs' types (and values where they are constants), never the outputs'.
  absl::StatusOr<std::vector<TensorType>> (*infer)(const Graph& graph, const Node& node) = nullptr;
  // Multiply-accumulates of convolutions and matrix products; null for everything else.
  int64_t (*macs)(const Graph& graph, const Node& node) = nullptr;
  // ST's MACC of the node without its activation; null where ST counts none.
  int64_t (*macc_st)(const Graph& graph, const Node& node) = nullptr;
  absl::StatusOr<LoweredOp> (*lower)(const Graph& graph, const Node& node) = nullptr;
};

// In the order of ops.inc.
const std::vector<const OpDef*>& AllOps();
// nullptr for an operator that is not in ops.inc.
const OpDef* FindOp(const std::string& name);

// Operand counts, attributes, the outputs' types, then the operator's own rules; the message starts
// with the layer's index, name and operator.
// infer(), for `max_outputs` outputs. Refuses operand counts that the operator does not have.
absl::StatusOr<std::vector<TensorType>> InferTypes(const Graph& graph, const Node& node);
absl::Status VerifyNode(const Graph& graph, size_t node_index);
// VerifyStructure and VerifyNode of every node.
absl::Status VerifyGraph(const Graph& graph);

// "layer 3 'dense/MatMul' (fully_connected)".
std::string NodeLabel(const Graph& graph, size_t node_index);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_OP_DEF_H_
