// A graph whose nodes have become kernel calls: what the planner places and the package holds.
#ifndef SERVER_COMPILER_LOWER_PROGRAM_H_
#define SERVER_COMPILER_LOWER_PROGRAM_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/compiler/lower/kernel_choice.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {

struct KernelCall {
  std::string name;       // the layer's
  std::string op;         // the graph operator
  size_t node_index = 0;  // in Program::graph
  const er_kernel_t* kernel = nullptr;
  std::string kernel_reason;
  std::string params;            // bytes of the kernel's params struct
  std::vector<TensorId> inputs;  // kNoTensor for an absent operand
  std::vector<TensorId> outputs;
  uint32_t scratch_bytes = 0;
  int64_t macs = 0;
  int64_t macc_st = 0;  // with the fused activation
};

struct Program {
  Graph graph;                    // with the constants that lowering made or packed
  std::vector<KernelCall> calls;  // in execution order; aliases (reshape) have none
  er_isa_t isa = ER_ISA_SCALAR;   // the most that a chosen kernel needs
  // Of the constants whose data are in another order than the canonical one.
  std::map<TensorId, er_packing_t> packings;

  er_packing_t PackingOf(TensorId id) const;
};

// ST's MACC of the node, with what its fused activation adds; 0 where ST counts none.
int64_t MaccStOf(const Graph& graph, const Node& node);

// One node as a kernel call; constants that lowering makes are appended to `graph`. Operands are
// still canonical. An alias has no call and must not be given. Errors as LowerGraph.
absl::StatusOr<KernelCall> LowerNode(Graph& graph, size_t node_index, er_isa_t isa,
                                     KernelPreference preference);

// Chooses kernels, fills in their params and packs constants as the kernels want them; a constant
// that several layers want in different orders is there in each. `exceptions` says which nodes have
// another preference, so that the arena stays small. Every call has passed its kernel's own
// validation. Errors: UNSUPPORTED_OPERATOR (USER) for what has no
// kernel; COMPILER_BUG when a kernel refuses what an operator made for it.
absl::StatusOr<Program> LowerGraph(const Graph& graph, er_isa_t isa, KernelPreference preference,
                                   const std::map<size_t, KernelPreference>& exceptions = {});

// The package's record of a tensor without place, offset and name; 0 bytes where the packing is
// none for its type and rank.
er_package_tensor_t TensorRecord(const Tensor& tensor, er_packing_t packing = ER_PACKING_CANONICAL);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_PROGRAM_H_
