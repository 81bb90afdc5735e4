// How far the output of a layer may lie over its input, because the kernel reads the input in the
// order in which it writes the output: what has been read may be overwritten.
#ifndef SERVER_COMPILER_PLAN_OVERLAP_H_
#define SERVER_COMPILER_PLAN_OVERLAP_H_

#include <cstdint>
#include <optional>

#include "server/compiler/lower/program.h"

namespace edgerack::compiler {

struct InputOverlap {
  int64_t lead = 0;       // the first input must begin this many bytes above the output, or more
  int64_t alignment = 1;  // of both, in bytes
};

// Nothing where the kernels of kernels.inc promise nothing about it (ER_KERNEL_ORDER), or where all
// of the output is written before much of the input is read. Holds for the reference kernel of the
// same operator and type as well, which a host may run in place of the call's.
std::optional<InputOverlap> OutputOverInput(const Graph& graph, const KernelCall& call);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PLAN_OVERLAP_H_
