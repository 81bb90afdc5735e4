// Where every activation and scratch area of a program lies in the arena.
#ifndef SERVER_COMPILER_PLAN_MEMORY_PLAN_H_
#define SERVER_COMPILER_PLAN_MEMORY_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/compiler/lower/program.h"
#include "server/compiler/plan/arena.h"

namespace edgerack::compiler {

inline constexpr int64_t kNotInArena = -1;

struct MemoryPlan {
  std::vector<int64_t> tensor_offsets;   // by tensor of the program's graph; kNotInArena
  std::vector<int64_t> scratch_offsets;  // by call; 0 where it needs none
  int64_t arena_bytes = 0;
  int64_t state_bytes = 0;     // of the arena, kept between runs
  int64_t floor_bytes = 0;     // no layout of these buffers and lifetimes is smaller
  int in_place_layers = 0;     // layers whose output took the place of an input
  int overlapping_layers = 0;  // layers whose output lies over a part of an input
};

// Tensors keep their bytes from the step that writes them (inputs: from the start) to the last that
// reads them (outputs: to the end). Aliases share their input's place; an elementwise layer may
// write over an input that dies there, and one that goes through its input row by row over the rows
// it is done with (overlap.h). A state's place is its own for the whole run, and its next
// value is computed there. `enough`: as PlaceBuffers() has it.
MemoryPlan PlanMemory(const Program& program, std::optional<int64_t> enough = std::nullopt);

// The same where only aliases and states share and nothing overlaps.
MemoryPlan PlanMemoryApart(const Program& program);

// The largest sum of the tensors alive in one step of the execution order, without aliasing,
// in-place, scratch or alignment: what a plain interpreter cannot go below.
int64_t LowerBoundBytes(const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PLAN_MEMORY_PLAN_H_
