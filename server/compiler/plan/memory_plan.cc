#include "server/compiler/plan/memory_plan.h"

#include <algorithm>
#include <numeric>

#include "firmware/package/format.h"
#include "server/compiler/plan/overlap.h"

namespace edgerack::compiler {
namespace {

// Which input an elementwise layer prefers to write over.
enum class Prefer { kNone, kFirst, kLast };

// Step 0 writes the inputs, step n + 1 runs node n, the step after the last reads the outputs.
std::vector<ArenaBuffer> Lifetimes(const Graph& graph) {
  std::vector<ArenaBuffer> lives(graph.tensors.size());
  const int end = static_cast<int>(graph.nodes.size()) + 1;
  // What nothing writes takes no place.
  auto write = [&](TensorId id) { lives[Index(id)].bytes = graph.tensor(id).bytes(); };
  for (TensorId id : graph.inputs) write(id);
  for (const State& state : graph.states) write(state.tensor);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const int step = static_cast<int>(n) + 1;
    for (TensorId id : graph.nodes[n].outputs) {
      if (id == kNoTensor) continue;
      write(id);
      lives[Index(id)].first = lives[Index(id)].last = step;
    }
    for (TensorId id : graph.nodes[n].inputs) {
      if (id != kNoTensor) lives[Index(id)].last = step;
    }
  }
  for (TensorId id : graph.outputs) lives[Index(id)].last = end;
  for (const State& state : graph.states) lives[Index(state.tensor)].last = end;
  return lives;
}

// Tensors that lie at one offset, as a union-find over tensor indices.
class Sharing {
 public:
  explicit Sharing(const Graph& graph) : lives_(Lifetimes(graph)), parent_(lives_.size()) {
    for (size_t i = 0; i < parent_.size(); ++i) parent_[i] = i;
  }

  size_t Root(TensorId id) const {
    size_t i = Index(id);
    while (parent_[i] != i) i = parent_[i];
    return i;
  }

  const ArenaBuffer& Life(TensorId id) const { return lives_[Root(id)]; }

  void Join(TensorId a, TensorId b) {
    size_t root = Root(a);
    size_t other = Root(b);
    if (root == other) return;
    parent_[other] = root;
    lives_[root].bytes = std::max(lives_[root].bytes, lives_[other].bytes);
    lives_[root].first = std::min(lives_[root].first, lives_[other].first);
    lives_[root].last = std::max(lives_[root].last, lives_[other].last);
  }

 private:
  std::vector<ArenaBuffer> lives_;  // of a root: of all its tensors
  std::vector<size_t> parent_;
};

// An output that lies where a state lies stays there.
bool CanMove(const Sharing& sharing, TensorId output, int step) {
  return output != kNoTensor && sharing.Life(output).first == step;
}

// Element i of the output must not reach into elements of the input that are still to be read: as
// many elements (none is repeated by broadcasting), none of them wider.
bool CanOverwrite(const Graph& graph, const Sharing& sharing, TensorId input, TensorId output,
                  int step) {
  if (input == kNoTensor) return false;
  const Tensor& x = graph.tensor(input);
  const Tensor& y = graph.tensor(output);
  return !x.constant() && sharing.Life(input).last == step && x.elements() == y.elements() &&
         DTypeBytes(x.dtype) >= DTypeBytes(y.dtype) && !IsBits(x.dtype) && !IsBits(y.dtype);
}

int ShareInPlace(const Graph& graph, Prefer prefer, Sharing& sharing) {
  int shared = 0;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (!FindOp(node.op)->elementwise) continue;
    if (!CanMove(sharing, node.outputs[0], static_cast<int>(n) + 1)) continue;
    std::vector<TensorId> inputs = node.inputs;
    if (prefer == Prefer::kLast) std::reverse(inputs.begin(), inputs.end());
    for (TensorId input : inputs) {
      if (!CanOverwrite(graph, sharing, input, node.outputs[0], static_cast<int>(n) + 1)) continue;
      sharing.Join(input, node.outputs[0]);
      ++shared;
      break;
    }
  }
  return shared;
}

// Buffers above this alignment are not worth the gaps it makes.
constexpr int64_t kMaxAlignment = 1024;

// Where layers may write over what they have read of an input that dies there. `buffer_of`: by
// root.
std::vector<ArenaOverlap> FindOverlaps(const Program& program, const Sharing& sharing,
                                       const std::vector<int>& buffer_of,
                                       std::vector<ArenaBuffer>& buffers) {
  std::vector<ArenaOverlap> overlaps;
  for (const KernelCall& call : program.calls) {
    const int step = static_cast<int>(call.node_index) + 1;
    const TensorId x = call.inputs[0];
    const TensorId y = call.outputs[0];
    if (x == kNoTensor || y == kNoTensor || program.graph.tensor(x).constant()) continue;
    if (sharing.Root(x) == sharing.Root(y)) continue;
    if (sharing.Life(x).last != step || !CanMove(sharing, y, step)) continue;
    const auto overlap = OutputOverInput(program.graph, call);
    if (!overlap || overlap->alignment > kMaxAlignment) continue;
    const auto out = static_cast<size_t>(buffer_of[sharing.Root(y)]);
    const auto in = static_cast<size_t>(buffer_of[sharing.Root(x)]);
    overlaps.push_back({out, in, overlap->lead});
    for (size_t b : {out, in}) {
      buffers[b].alignment = std::lcm(buffers[b].alignment, overlap->alignment);
    }
  }
  return overlaps;
}

bool Overlap(const ArenaOverlap& o, const std::vector<ArenaBuffer>& buffers,
             const ArenaLayout& layout) {
  return layout.offsets[o.output] < layout.offsets[o.input] + buffers[o.input].bytes &&
         layout.offsets[o.input] < layout.offsets[o.output] + buffers[o.output].bytes;
}

MemoryPlan Plan(const Program& program, Prefer prefer, bool overlap,
                std::optional<int64_t> enough) {
  const Graph& graph = program.graph;
  Sharing sharing(graph);
  for (const Node& node : graph.nodes) {
    if (FindOp(node.op)->alias) sharing.Join(node.inputs[0], node.outputs[0]);
  }
  for (const State& state : graph.states) sharing.Join(state.tensor, state.next);
  MemoryPlan plan;
  if (prefer != Prefer::kNone) plan.in_place_layers = ShareInPlace(graph, prefer, sharing);

  std::vector<ArenaBuffer> buffers;
  std::vector<int> buffer_of(graph.tensors.size(), -1);  // by root
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const TensorId id = static_cast<TensorId>(i);
    if (sharing.Root(id) != i || sharing.Life(id).bytes == 0) continue;
    buffer_of[i] = static_cast<int>(buffers.size());
    buffers.push_back(sharing.Life(id));
  }
  std::vector<int> scratch_of(program.calls.size(), -1);
  for (size_t c = 0; c < program.calls.size(); ++c) {
    const KernelCall& call = program.calls[c];
    if (call.scratch_bytes == 0) continue;
    const int step = static_cast<int>(call.node_index) + 1;
    scratch_of[c] = static_cast<int>(buffers.size());
    buffers.push_back({call.scratch_bytes, step, step});
  }

  std::vector<ArenaOverlap> overlaps;
  if (overlap) overlaps = FindOverlaps(program, sharing, buffer_of, buffers);
  const ArenaLayout layout = PlaceBuffers(buffers, overlaps, ER_PACKAGE_ARENA_ALIGN, enough);
  plan.arena_bytes = layout.bytes;
  for (const ArenaOverlap& o : overlaps) plan.overlapping_layers += Overlap(o, buffers, layout);
  for (const State& state : graph.states) plan.state_bytes += graph.tensor(state.tensor).bytes();
  plan.floor_bytes = ArenaFloor(buffers, overlaps, ER_PACKAGE_ARENA_ALIGN);
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const int b =
        graph.tensors[i].constant() ? -1 : buffer_of[sharing.Root(static_cast<TensorId>(i))];
    plan.tensor_offsets.push_back(b < 0 ? kNotInArena : layout.offsets[static_cast<size_t>(b)]);
  }
  for (int b : scratch_of) {
    plan.scratch_offsets.push_back(b < 0 ? 0 : layout.offsets[static_cast<size_t>(b)]);
  }
  return plan;
}

}  // namespace

MemoryPlan PlanMemory(const Program& program, std::optional<int64_t> enough) {
  MemoryPlan best = Plan(program, Prefer::kFirst, true, enough);
  if (best.in_place_layers == 0 || best.arena_bytes <= enough.value_or(0)) return best;
  for (Prefer prefer : {Prefer::kLast, Prefer::kNone}) {
    MemoryPlan plan = Plan(program, prefer, true, enough);
    if (plan.arena_bytes < best.arena_bytes) best = std::move(plan);
  }
  return best;
}

MemoryPlan PlanMemoryApart(const Program& program) {
  return Plan(program, Prefer::kNone, false, std::nullopt);
}

int64_t LowerBoundBytes(const Graph& graph) {
  const std::vector<ArenaBuffer> lives = Lifetimes(graph);
  return ArenaFloor(lives, {}, 1);
}

}  // namespace edgerack::compiler
