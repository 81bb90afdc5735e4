#include "server/compiler/app/lower_and_plan.h"

#include <algorithm>
#include <map>

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

using Preferences = std::map<size_t, KernelPreference>;

// Lowers with preferences of single nodes and plans the memory.
class Attempts {
 public:
  Attempts(const Graph& graph, er_isa_t isa, KernelPreference preference)
      : graph_(graph), isa_(isa), preference_(preference) {}

  absl::StatusOr<PlannedProgram> Plan(const Preferences& preferences) const {
    ER_ASSIGN_OR_RETURN(Program program, LowerGraph(graph_, isa_, preference_, preferences));
    MemoryPlan plan = PlanMemory(program);
    return PlannedProgram{std::move(program), std::move(plan)};
  }

  // Gives one node after another the preference `better`, as long as the arena stays within
  // `budget`. `best` is the plan of `preferences`; both are kept up to date.
  absl::Status Improve(const std::vector<size_t>& nodes, KernelPreference better, int64_t budget,
                       Preferences& preferences, PlannedProgram& best) const {
    for (size_t i = 0; i < std::min(nodes.size(), kMaxTrials); ++i) {
      Preferences more = preferences;
      more[nodes[i]] = better;
      ER_ASSIGN_OR_RETURN(PlannedProgram attempt, Plan(more));
      if (attempt.plan.arena_bytes > budget) continue;
      preferences = std::move(more);
      best = std::move(attempt);
    }
    return absl::OkStatus();
  }

 private:
  const Graph& graph_;
  er_isa_t isa_;
  KernelPreference preference_;
};

Preferences AllOf(const std::vector<size_t>& nodes, KernelPreference preference) {
  Preferences all;
  for (size_t node : nodes) all[node] = preference;
  return all;
}

// Nodes that would get another kernel in `other`.
std::vector<size_t> Differing(const std::vector<size_t>& nodes, const Program& program,
                              const Program& other) {
  std::map<size_t, const er_kernel_t*> kernels;
  for (const KernelCall& call : program.calls) kernels[call.node_index] = call.kernel;
  for (const KernelCall& call : other.calls) {
    if (kernels[call.node_index] == call.kernel) kernels.erase(call.node_index);
  }
  std::vector<size_t> differing;
  for (size_t node : nodes) {
    if (kernels.count(node) != 0) differing.push_back(node);
  }
  return differing;
}

}  // namespace

absl::StatusOr<PlannedProgram> LowerAndPlan(const Graph& graph, er_isa_t isa,
                                            KernelPreference preference, Objective objective) {
  const Attempts attempts(graph, isa, preference);
  ER_ASSIGN_OR_RETURN(PlannedProgram fastest, attempts.Plan({}));
  const std::vector<size_t> nodes = ScratchNodes(fastest.program);
  if (objective == Objective::kTime || nodes.empty()) return fastest;
  ER_ASSIGN_OR_RETURN(PlannedProgram plain,
                      attempts.Plan(AllOf(nodes, KernelPreference::kReference)));
  const int64_t budget = ArenaBudget(plain.plan.arena_bytes, objective);
  Preferences preferences = AllOf(nodes, KernelPreference::kLean);
  ER_ASSIGN_OR_RETURN(PlannedProgram best, attempts.Plan(preferences));
  if (best.plan.arena_bytes > budget) {
    preferences = AllOf(nodes, KernelPreference::kReference);
    best = std::move(plain);
    ER_RETURN_IF_ERROR(attempts.Improve(nodes, KernelPreference::kLean, budget, preferences, best));
  }
  if (fastest.plan.arena_bytes <= best.plan.arena_bytes) return fastest;
  const std::vector<size_t> slower = Differing(nodes, best.program, fastest.program);
  ER_RETURN_IF_ERROR(
      attempts.Improve(slower, KernelPreference::kFast, best.plan.arena_bytes, preferences, best));
  return best;
}

}  // namespace edgerack::compiler
