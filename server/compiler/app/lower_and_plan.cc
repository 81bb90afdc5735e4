#include "server/compiler/app/lower_and_plan.h"

#include <algorithm>
#include <map>

#include "server/compiler/ops/conv_pool.h"

namespace edgerack::compiler {
namespace {

// Less than any chip's RAM can miss, more than most kernels want.
constexpr int64_t kScratchAllowanceBytes = 4096;
// Each trial plans the whole model; beyond these the layers are too small to matter.
constexpr size_t kMaxTrials = 64;

// Each is one more plan of the whole model.
constexpr size_t kMaxStreams = 32;

// What balanced may take beyond the least arena.
int64_t Allowance(int64_t least_bytes, Objective objective) {
  if (objective == Objective::kRam) return 0;
  return std::max(least_bytes / 8, kScratchAllowanceBytes);
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

  absl::StatusOr<PlannedProgram> Plan(const Preferences& preferences,
                                      std::optional<int64_t> enough = std::nullopt) const {
    ER_ASSIGN_OR_RETURN(Program program, LowerGraph(graph_, isa_, preference_, preferences));
    MemoryPlan plan = PlanMemory(program, enough);
    return PlannedProgram{std::move(program), std::move(plan)};
  }

  // Gives one node after another the preference `better`, as long as the arena stays within
  // `budget`. `best` is the plan of `preferences`; both are kept up to date.
  absl::Status Improve(const std::vector<size_t>& nodes, KernelPreference better, int64_t budget,
                       Preferences& preferences, PlannedProgram& best) const {
    for (size_t i = 0; i < std::min(nodes.size(), kMaxTrials); ++i) {
      Preferences more = preferences;
      more[nodes[i]] = better;
      ER_ASSIGN_OR_RETURN(PlannedProgram attempt, Plan(more, budget));
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

// The arena with no scratch memory but what streaming needs.
absl::StatusOr<int64_t> LeastArena(const Graph& graph, std::optional<int64_t> enough) {
  ER_ASSIGN_OR_RETURN(const Program program,
                      LowerGraph(graph, ER_ISA_SCALAR, KernelPreference::kReference));
  return PlanMemory(program, enough).arena_bytes;
}

// As few poolings as possible that take in their convolution, so that the arena stays within the
// least and `Allowance`: half of that is for this, the other half for kernels.
struct Streams {
  std::vector<std::string> pools;
  int64_t least_bytes = 0;  // with all that can
};

absl::StatusOr<Streams> ChooseStreams(const Graph& graph, Objective objective) {
  Streams streams;
  std::vector<std::string> pools = StreamablePools(graph);
  pools.resize(std::min(pools.size(), kMaxStreams));
  ER_ASSIGN_OR_RETURN(streams.least_bytes, LeastArena(StreamPools(graph, pools), std::nullopt));
  const int64_t budget = streams.least_bytes + Allowance(streams.least_bytes, objective) / 2;
  streams.pools = pools;
  for (const std::string& pool : pools) {
    std::vector<std::string> fewer = streams.pools;
    std::erase(fewer, pool);
    ER_ASSIGN_OR_RETURN(const int64_t arena, LeastArena(StreamPools(graph, fewer), budget));
    if (arena <= budget) streams.pools = std::move(fewer);
  }
  return streams;
}

// The fastest kernels with which the arena stays within `budget`, where the reference kernels'
// does.
absl::StatusOr<PlannedProgram> ChooseKernels(const Attempts& attempts, PlannedProgram fastest,
                                             int64_t budget) {
  if (fastest.plan.arena_bytes <= budget) return fastest;
  const std::vector<size_t> nodes = ScratchNodes(fastest.program);
  Preferences preferences = AllOf(nodes, KernelPreference::kLean);
  ER_ASSIGN_OR_RETURN(PlannedProgram best, attempts.Plan(preferences));
  if (best.plan.arena_bytes > budget) {
    preferences = AllOf(nodes, KernelPreference::kReference);
    ER_ASSIGN_OR_RETURN(best, attempts.Plan(preferences));
    ER_RETURN_IF_ERROR(attempts.Improve(nodes, KernelPreference::kLean, budget, preferences, best));
  }
  if (fastest.plan.arena_bytes <= best.plan.arena_bytes) return fastest;
  const std::vector<size_t> slower = Differing(nodes, best.program, fastest.program);
  ER_RETURN_IF_ERROR(
      attempts.Improve(slower, KernelPreference::kFast, best.plan.arena_bytes, preferences, best));
  return best;
}

}  // namespace

absl::StatusOr<PlannedProgram> LowerAndPlan(const Graph& graph, er_isa_t isa,
                                            KernelPreference preference, Objective objective) {
  if (objective == Objective::kTime) {
    // The portable kernels are there to compare with: each layer as the model has it.
    if (preference == KernelPreference::kReference) {
      return Attempts(graph, isa, preference).Plan({});
    }
    const Graph fast = StreamPools(graph, FasterStreamedPools(graph));
    return Attempts(fast, isa, preference).Plan({});
  }
  ER_ASSIGN_OR_RETURN(const Streams streams, ChooseStreams(graph, objective));
  const Graph streamed = StreamPools(graph, streams.pools);
  const Attempts attempts(streamed, isa, preference);
  ER_ASSIGN_OR_RETURN(PlannedProgram fastest, attempts.Plan({}));
  return ChooseKernels(attempts, std::move(fastest),
                       streams.least_bytes + Allowance(streams.least_bytes, objective));
}

}  // namespace edgerack::compiler
