// Where every activation and scratch area of a program lies in the arena.
#ifndef SERVER_COMPILER_PLAN_MEMORY_PLAN_H_
#define SERVER_COMPILER_PLAN_MEMORY_PLAN_H_

#include <cstdint>
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
  int64_t state_bytes = 0;  // of the arena, kept between runs
  int64_t floor_bytes = 0;  // no layout of these buffers and lifetimes is smaller
  int in_place_layers = 0;  // layers whose output took the place of an input
};

// Tensors keep their bytes from the step that writes them (inputs: from the start) to the last that
// reads them (outputs: to the end). Aliases share their input's place; an elementwise layer may
// write over an input that dies there. A state's place is its own for the whole run, and its next
// value is computed there. With `in_place` false only aliases share.
MemoryPlan PlanMemory(const Program& program, bool in_place = true);

// The largest sum of the tensors alive in one step of the execution order, without aliasing,
// in-place, scratch or alignment: what a plain interpreter cannot go below.
int64_t LowerBoundBytes(const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PLAN_MEMORY_PLAN_H_
