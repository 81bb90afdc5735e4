// Writes the package (.erp) of firmware/package/format.h.
#ifndef SERVER_COMPILER_EMIT_PACKAGE_WRITER_H_
#define SERVER_COMPILER_EMIT_PACKAGE_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/compiler/plan/memory_plan.h"

namespace edgerack::compiler {

struct WrittenPackage {
  std::string bytes;
  std::vector<int> tensor_index;  // by tensor of the program's graph: index in the package, or -1
  int64_t constants_bytes = 0;    // equal constants are stored once
};

struct PackageOptions {
  bool carry_state = false;  // runs are the steps of one sequence
};

// `model_sha256` is 64 hex characters. MODEL_TOO_LARGE (USER) above the format's counts or 2 GiB;
// COMPILER_BUG when reading the result back finds a fault.
absl::StatusOr<WrittenPackage> WritePackage(const Program& program, const MemoryPlan& plan,
                                            const std::string& model_sha256,
                                            const PackageOptions& options = {});

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_EMIT_PACKAGE_WRITER_H_
