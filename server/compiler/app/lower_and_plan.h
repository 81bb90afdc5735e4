// Chooses kernels and places memory together: a fast kernel may want scratch memory that makes the
// arena larger.
#ifndef SERVER_COMPILER_APP_LOWER_AND_PLAN_H_
#define SERVER_COMPILER_APP_LOWER_AND_PLAN_H_

#include "server/compiler/plan/memory_plan.h"

namespace edgerack::compiler {

enum class Objective {
  kTime,      // every layer as it is fastest, whatever memory that takes
  kBalanced,  // the arena grows by at most 1/8 of the least, or 4 KiB
  kRam,       // the least arena
};
// The least arena: convolutions made row by row inside of the pooling behind them wherever that can
// be, kernels without scratch memory. Then, as far as the objective's arena allows, layers are made
// one behind the other again (half of the allowance is for that) and get faster kernels: first the
// leanest of the best instruction set, then those that cost no more arena.

struct PlannedProgram {
  Program program;
  MemoryPlan plan;
};

// Layers give up their fast kernel in the order of their MACs, the least first.
absl::StatusOr<PlannedProgram> LowerAndPlan(const Graph& graph, er_isa_t isa,
                                            KernelPreference preference, Objective objective);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_LOWER_AND_PLAN_H_
