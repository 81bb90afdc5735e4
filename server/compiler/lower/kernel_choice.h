// Which kernel executes an operator on a chip.
#ifndef SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_
#define SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_

#include <string>

#include "base/error.h"
#include "firmware/kernels/registry.h"

namespace edgerack::compiler {

enum class KernelPreference {
  kReference,  // the portable one
  kFast,       // the one for the best instruction set the core has
};

struct KernelChoice {
  const er_kernel_t* kernel;
  std::string reason;  // for the report
};

// The number of `isa` ("scalar", "armv7em", "mve"). A core executes every set up to its own.
absl::StatusOr<er_isa_t> ParseIsa(const std::string& isa);
const char* IsaName(int isa);

// `op` and `type` as in kernels.inc. INTERNAL (class BUG) when there is no such kernel.
absl::StatusOr<KernelChoice> ChooseKernel(const std::string& op, const std::string& type,
                                          er_isa_t isa, KernelPreference preference);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_
