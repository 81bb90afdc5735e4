// Chooses kernels and places memory together: a fast kernel may want scratch memory that makes the
// arena larger.
#ifndef SERVER_COMPILER_APP_LOWER_AND_PLAN_H_
#define SERVER_COMPILER_APP_LOWER_AND_PLAN_H_

#include "server/compiler/plan/memory_plan.h"

namespace edgerack::compiler {

enum class Objective {
  kTime,      // every layer gets its fastest kernel
  kBalanced,  // … as long as the arena grows by at most 1/8 of the least, or 4 KiB
  kRam,       // … as long as the arena stays the least
};
// The budget is for the leanest kernels of the best instruction set; faster ones with more scratch
// are taken where that costs no arena at all.

struct PlannedProgram {
  Program program;
  MemoryPlan plan;
};

// Layers give up their fast kernel in the order of their MACs, the least first.
absl::StatusOr<PlannedProgram> LowerAndPlan(const Graph& graph, er_isa_t isa,
                                            KernelPreference preference, Objective objective);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_LOWER_AND_PLAN_H_
