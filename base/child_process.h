// Runs another program to its end with limits: for tools whose input may be hostile.
#ifndef BASE_CHILD_PROCESS_H_
#define BASE_CHILD_PROCESS_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack {

struct ChildLimits {
  int64_t timeout_ms = 120'000;        // wall clock; the process group is killed when it is over
  uint64_t memory_bytes = 4ull << 30;  // address space (RLIMIT_AS, not in sanitizer builds)
  int64_t cpu_seconds = 0;             // 0 = no limit
  uint64_t output_bytes = 16 << 20;    // kept of each of stdout and stderr; the rest is dropped
};

struct ChildResult {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string standard_output;
  std::string standard_error;
};

// Runs `arguments[0]` (a path, no shell, no PATH look-up) and waits. Blocks the calling thread.
// The child gets no standard input, its own process group, and dies with its parent.
// Errors: NOT_FOUND or UNKNOWN when it cannot be started. A non-zero exit is not an error here.
absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& arguments,
                                     const ChildLimits& limits);

}  // namespace edgerack

#endif  // BASE_CHILD_PROCESS_H_
