#include "server/compiler/app/lower_and_plan.h"

#include <algorithm>
#include <set>

namespace edgerack::compiler {
namespace {

// Less than any chip's RAM can miss, more than most kernels want.
constexpr int64_t kScratchAllowanceBytes = 4096;
// Each trial plans the whole model; beyond these the layers are too small to matter.
constexpr size_t kMaxTrials = 64;

int64_t ArenaBudget(int64_t least_bytes, Objective objective) {
  if (objective == Objective::kRam) return least_bytes;
  return least_bytes + std::max(least_bytes / 8, kScratchAllowanceBytes);
}

// Nodes whose kernel wants scratch, the one with the most MACs first.
std::vector<size_t> ScratchNodes(const Program& program) {
  std::vector<const KernelCall*> calls;
  for (const KernelCall& call : program.calls) {
    if (call.scratch_bytes != 0) calls.push_back(&call);
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const KernelCall* a, const KernelCall* b) { return a->macs > b->macs; });
  std::vector<size_t> nodes;
  for (const KernelCall* call : calls) nodes.push_back(call->node_index);
  return nodes;
}

}  // namespace

absl::StatusOr<PlannedProgram> LowerAndPlan(const Graph& graph, er_isa_t isa,
                                            KernelPreference preference, Objective objective) {
  auto plan_without = [&](const std::set<size_t>& plain) -> absl::StatusOr<PlannedProgram> {
    ER_ASSIGN_OR_RETURN(Program program, LowerGraph(graph, isa, preference, plain));
    MemoryPlan plan = PlanMemory(program);
    return PlannedProgram{std::move(program), std::move(plan)};
  };
  ER_ASSIGN_OR_RETURN(PlannedProgram fastest, plan_without({}));
  const std::vector<size_t> candidates = ScratchNodes(fastest.program);
  if (objective == Objective::kTime || candidates.empty()) return fastest;
  std::set<size_t> plain(candidates.begin(), candidates.end());
  ER_ASSIGN_OR_RETURN(PlannedProgram best, plan_without(plain));
  const int64_t budget = ArenaBudget(best.plan.arena_bytes, objective);
  if (fastest.plan.arena_bytes <= budget) return fastest;
  for (size_t i = 0; i < std::min(candidates.size(), kMaxTrials); ++i) {
    const size_t node = candidates[i];
    std::set<size_t> fewer = plain;
    fewer.erase(node);
    ER_ASSIGN_OR_RETURN(PlannedProgram attempt, plan_without(fewer));
    if (attempt.plan.arena_bytes > budget) continue;
    plain = std::move(fewer);
    best = std::move(attempt);
  }
  return best;
}

}  // namespace edgerack::compiler
