// Places buffers with known lifetimes in one arena.
#ifndef SERVER_COMPILER_PLAN_ARENA_H_
#define SERVER_COMPILER_PLAN_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace edgerack::compiler {

struct ArenaBuffer {
  int64_t bytes = 0;
  int first = 0;          // step it is first needed in
  int last = 0;           // step it is last needed in, inclusive
  int64_t alignment = 1;  // of its offset, beside the arena's own
};

// A buffer that may lie over another one that dies in the step it is born in, because it is written
// in the order in which the other is read: allowed where `input` begins at least `lead` bytes above
// `output`. A buffer is at most once an output and at most once an input.
struct ArenaOverlap {
  size_t output = 0;
  size_t input = 0;
  int64_t lead = 0;  // above -bytes of input; may be negative
};

struct ArenaLayout {
  std::vector<int64_t> offsets;  // multiples of the alignments, as many as buffers
  int64_t bytes = 0;             // of the arena, a multiple of the alignment
};

// The least any layout can need: the largest sum, over the steps, of the aligned sizes of the
// buffers alive in it, an overlapping pair as small as it can be.
int64_t ArenaFloor(const std::vector<ArenaBuffer>& buffers,
                   const std::vector<ArenaOverlap>& overlaps, int64_t alignment);

// Two buffers that are alive in one step never overlap, but for `overlaps`. Tries several orders
// and then a bounded, seeded search, and stops early at ArenaFloor: the same input always gives the
// same layout. With `enough` only one question counts, whether so many bytes are enough: the search
// is left out where the answer is known without.
ArenaLayout PlaceBuffers(const std::vector<ArenaBuffer>& buffers,
                         const std::vector<ArenaOverlap>& overlaps, int64_t alignment,
                         std::optional<int64_t> enough = std::nullopt);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PLAN_ARENA_H_
