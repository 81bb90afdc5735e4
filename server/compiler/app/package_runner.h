// Runs a package on this machine: the host build of the firmware, as a child process.
#ifndef SERVER_COMPILER_APP_PACKAGE_RUNNER_H_
#define SERVER_COMPILER_APP_PACKAGE_RUNNER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::compiler {

// An output of one sample that is an input of the next, by their numbers.
struct Feedback {
  size_t output;
  size_t input;
};

// Files for what each layer gave, one output after another, sample after sample; empty = none.
struct TraceFiles {
  std::filesystem::path bytes;  // raw; an absent output has none
  std::filesystem::path crc32;  // 4 bytes little-endian each; 0 for an absent one
};

// `kernels` is "reference" or "native". Blocks for as long as the run takes, an hour at most.
// INFRASTRUCTURE when the program is missing; USER when it refuses the package; BUG when it dies.
absl::StatusOr<std::string> RunPackageOnHost(const std::filesystem::path& package,
                                             const std::string& inputs, int64_t samples,
                                             const std::string& kernels,
                                             const std::vector<Feedback>& feedback = {},
                                             const TraceFiles& trace = {});

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_PACKAGE_RUNNER_H_
