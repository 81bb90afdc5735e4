// Places buffers with known lifetimes in one arena.
#ifndef SERVER_COMPILER_PLAN_ARENA_H_
#define SERVER_COMPILER_PLAN_ARENA_H_

#include <cstdint>
#include <vector>

namespace edgerack::compiler {

struct ArenaBuffer {
  int64_t bytes = 0;
  int first = 0;  // step it is first needed in
  int last = 0;   // step it is last needed in, inclusive
};

struct ArenaLayout {
  std::vector<int64_t> offsets;  // multiples of the alignment, as many as buffers
  int64_t bytes = 0;             // of the arena, a multiple of the alignment
};

// The least any layout can need: the largest sum, over the steps, of the aligned sizes of the
// buffers alive in it.
int64_t ArenaFloor(const std::vector<ArenaBuffer>& buffers, int64_t alignment);

// Two buffers that are alive in one step never overlap. Tries several orders and then a bounded,
// seeded search, and stops early at ArenaFloor: the same input always gives the same layout.
ArenaLayout PlaceBuffers(const std::vector<ArenaBuffer>& buffers, int64_t alignment);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PLAN_ARENA_H_
