#include "server/compiler/plan/arena.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>

namespace edgerack::compiler {
namespace {

using Order = std::vector<size_t>;

int64_t Aligned(int64_t bytes, int64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

bool Together(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.first <= b.last && b.first <= a.last;
}

// Puts the buffers, in the given order, each at the lowest offset that is free all its life.
ArenaLayout FirstFit(const std::vector<ArenaBuffer>& buffers, const Order& order,
                     int64_t alignment) {
  ArenaLayout layout;
  layout.offsets.assign(buffers.size(), 0);
  std::vector<size_t> placed;  // by ascending offset
  for (size_t index : order) {
    const ArenaBuffer& buffer = buffers[index];
    const int64_t size = Aligned(buffer.bytes, alignment);
    int64_t offset = 0;
    for (size_t other : placed) {
      if (!Together(buffer, buffers[other])) continue;
      if (offset + size <= layout.offsets[other]) break;
      offset = std::max(offset, layout.offsets[other] + Aligned(buffers[other].bytes, alignment));
    }
    layout.offsets[index] = offset;
    layout.bytes = std::max(layout.bytes, offset + size);
    auto after = std::upper_bound(placed.begin(), placed.end(), offset,
                                  [&](int64_t o, size_t p) { return o < layout.offsets[p]; });
    placed.insert(after, index);
  }
  return layout;
}

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
ArenaLayout Search(const std::vector<ArenaBuffer>& buffers, Order order, ArenaLayout best,
                   int64_t floor, int64_t alignment) {
  // First fit is quadratic at worst; this keeps the whole search near a second.
  const size_t n = buffers.size();
  const size_t rounds = n < 3 ? 0 : std::min<size_t>(3000, 60'000'000 / (n * n));
  std::mt19937 random(1);
  for (size_t round = 0; round < rounds && best.bytes > floor; ++round) {
    Order next = order;
    const size_t from = random() % n;
    const size_t to = random() % n;
    const size_t moved = next[from];
    next.erase(next.begin() + static_cast<std::ptrdiff_t>(from));
    next.insert(next.begin() + static_cast<std::ptrdiff_t>(to), moved);
    ArenaLayout layout = FirstFit(buffers, next, alignment);
    if (layout.bytes > best.bytes) continue;
    best = std::move(layout);
    order = std::move(next);
  }
  return best;
}

}  // namespace

int64_t ArenaFloor(const std::vector<ArenaBuffer>& buffers, int64_t alignment) {
  int64_t floor = 0;
  for (const ArenaBuffer& at : buffers) {
    int64_t sum = 0;  // the largest sum is reached where some buffer begins
    for (const ArenaBuffer& b : buffers) {
      if (b.first <= at.first && at.first <= b.last) sum += Aligned(b.bytes, alignment);
    }
    floor = std::max(floor, sum);
  }
  return floor;
}

ArenaLayout PlaceBuffers(const std::vector<ArenaBuffer>& buffers, int64_t alignment) {
  const int64_t floor = ArenaFloor(buffers, alignment);
  ArenaLayout best;
  Order best_order;
  for (const Order& order : StartingOrders(buffers)) {
    ArenaLayout layout = FirstFit(buffers, order, alignment);
    if (!best_order.empty() && layout.bytes >= best.bytes) continue;
    best = std::move(layout);
    best_order = order;
    if (best.bytes == floor) return best;
  }
  return Search(buffers, best_order, std::move(best), floor, alignment);
}

}  // namespace edgerack::compiler
