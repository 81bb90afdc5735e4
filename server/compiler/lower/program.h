// A graph whose nodes have become kernel calls: what the planner places and the package holds.
#ifndef SERVER_COMPILER_LOWER_PROGRAM_H_
#define SERVER_COMPILER_LOWER_PROGRAM_H_

#include <cstdint>
#include <set>
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
  Graph graph;                    // with the constants that lowering made
  std::vector<KernelCall> calls;  // in execution order; aliases (reshape) have none
  er_isa_t isa = ER_ISA_SCALAR;   // the most that a chosen kernel needs
};

// One node as a kernel call; constants that lowering makes are appended to `graph`. An alias has no
// call and must not be given. Errors as LowerGraph.
absl::StatusOr<KernelCall> LowerNode(Graph& graph, size_t node_index, er_isa_t isa,
                                     KernelPreference preference);

// Chooses kernels and fills in their params; nodes in `plain_nodes` get the reference kernel. Every
// call has passed its kernel's own validation. Errors: UNSUPPORTED_OPERATOR (USER) for what has no
// kernel; COMPILER_BUG when a kernel refuses what an operator made for it.
absl::StatusOr<Program> LowerGraph(const Graph& graph, er_isa_t isa, KernelPreference preference,
                                   const std::set<size_t>& plain_nodes = {});

// The package's record of a tensor without place, offset and name.
er_package_tensor_t TensorRecord(const Tensor& tensor);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_PROGRAM_H_
