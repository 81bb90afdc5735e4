#include "server/compiler/plan/arena.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <utility>

namespace edgerack::compiler {
namespace {

using Order = std::vector<size_t>;

int64_t Aligned(int64_t bytes, int64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

bool Together(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.first <= b.last && b.first <= a.last;
}

// What is to be placed, with sizes and leads aligned.
class Task {
 public:
  Task(const std::vector<ArenaBuffer>& buffers, const std::vector<ArenaOverlap>& overlaps,
       int64_t alignment)
      : buffers_(buffers), input_of_(buffers.size(), buffers.size()), lead_(buffers.size()) {
    for (const ArenaBuffer& b : buffers) {
      sizes_.push_back(Aligned(b.bytes, alignment));
      steps_.push_back(std::lcm(alignment, b.alignment));
    }
    for (const ArenaOverlap& o : overlaps) {
      input_of_[o.output] = o.input;
      lead_[o.output] = Aligned(o.lead, alignment);
    }
  }

  size_t count() const { return buffers_.size(); }
  int64_t size(size_t i) const { return sizes_[i]; }

  // How far the beginning of `high` must be above that of `low` where it lies above.
  int64_t Apart(size_t low, size_t high) const {
    return input_of_[low] == high ? lead_[low] : sizes_[low];
  }

  // Puts the buffers, in the given order, each at the lowest offset that is free all its life.
  ArenaLayout FirstFit(const Order& order) const {
    ArenaLayout layout;
    layout.offsets.assign(count(), 0);
    std::vector<size_t> placed;
    std::vector<std::pair<int64_t, int64_t>> taken;  // offsets between these two are not free
    for (size_t index : order) {
      taken.clear();
      for (size_t other : placed) {
        if (!Together(buffers_[index], buffers_[other])) continue;
        const int64_t at = layout.offsets[other];
        taken.emplace_back(at - Apart(index, other), at + Apart(other, index));
      }
      std::sort(taken.begin(), taken.end());
      int64_t offset = 0;
      for (const auto& [from, to] : taken) {
        if (offset <= from) break;
        if (offset < to) offset = Aligned(to, steps_[index]);
      }
      layout.offsets[index] = offset;
      layout.bytes = std::max(layout.bytes, offset + sizes_[index]);
      placed.push_back(index);
    }
    return layout;
  }

 private:
  const std::vector<ArenaBuffer>& buffers_;
  std::vector<int64_t> sizes_;
  std::vector<int64_t> steps_;    // offsets are multiples of these
  std::vector<size_t> input_of_;  // by output; count() where it may overlap nothing
  std::vector<int64_t> lead_;     // by output
};

Order SortedBy(size_t count, const std::function<bool(size_t, size_t)>& before) {
  Order order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), before);
  return order;
}

std::vector<Order> StartingOrders(const std::vector<ArenaBuffer>& b) {
  auto life = [&](size_t i) { return b[i].last - b[i].first + 1; };
  auto area = [&](size_t i) { return b[i].bytes * life(i); };
  return {
      SortedBy(b.size(), [&](size_t x, size_t y) { return b[x].bytes > b[y].bytes; }),
      SortedBy(b.size(), [&](size_t x, size_t y) { return area(x) > area(y); }),
      SortedBy(b.size(), [&](size_t x, size_t y) { return life(x) > life(y); }),
      SortedBy(b.size(), [&](size_t x, size_t y) { return b[x].first < b[y].first; }),
      SortedBy(b.size(), [&](size_t x, size_t y) { return b[x].last > b[y].last; }),
  };
}

// Moves single buffers within the best order found, keeping what is not worse.
ArenaLayout Search(const Task& task, Order order, ArenaLayout best, int64_t goal) {
  // First fit is quadratic at worst; this keeps the whole search near a second.
  const size_t n = task.count();
  const size_t rounds = n < 3 ? 0 : std::min<size_t>(3000, 60'000'000 / (n * n));
  std::mt19937 random(1);
  for (size_t round = 0; round < rounds && best.bytes > goal; ++round) {
    Order next = order;
    const size_t from = random() % n;
    const size_t to = random() % n;
    const size_t moved = next[from];
    next.erase(next.begin() + static_cast<std::ptrdiff_t>(from));
    next.insert(next.begin() + static_cast<std::ptrdiff_t>(to), moved);
    ArenaLayout layout = task.FirstFit(next);
    if (layout.bytes > best.bytes) continue;
    best = std::move(layout);
    order = std::move(next);
  }
  return best;
}

}  // namespace

int64_t ArenaFloor(const std::vector<ArenaBuffer>& buffers,
                   const std::vector<ArenaOverlap>& overlaps, int64_t alignment) {
  const Task task(buffers, overlaps, alignment);
  int64_t floor = 0;
  for (const ArenaBuffer& at : buffers) {
    int64_t sum = 0;  // the largest sum is reached where some buffer begins
    for (size_t i = 0; i < buffers.size(); ++i) {
      if (buffers[i].first <= at.first && at.first <= buffers[i].last) sum += task.size(i);
    }
    for (const ArenaOverlap& o : overlaps) {
      if (buffers[o.output].first != at.first) continue;
      const int64_t out = task.size(o.output);
      const int64_t in = task.size(o.input);
      sum -= out + in - std::max({out, in, in + task.Apart(o.output, o.input)});
    }
    floor = std::max(floor, sum);
  }
  return floor;
}

ArenaLayout PlaceBuffers(const std::vector<ArenaBuffer>& buffers,
                         const std::vector<ArenaOverlap>& overlaps, int64_t alignment,
                         std::optional<int64_t> enough) {
  const Task task(buffers, overlaps, alignment);
  const int64_t floor = ArenaFloor(buffers, overlaps, alignment);
  const int64_t goal = std::max(floor, enough.value_or(0));
  ArenaLayout best;
  Order best_order;
  for (const Order& order : StartingOrders(buffers)) {
    ArenaLayout layout = task.FirstFit(order);
    if (!best_order.empty() && layout.bytes >= best.bytes) continue;
    best = std::move(layout);
    best_order = order;
    if (best.bytes <= goal) return best;
  }
  if (enough && floor > *enough) return best;
  return Search(task, best_order, std::move(best), goal);
}

}  // namespace edgerack::compiler
