// Which kernel executes an operator on a chip.
#ifndef SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_
#define SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_

#include <functional>
#include <string>

#include "base/error.h"
#include "firmware/kernels/registry.h"

namespace edgerack::compiler {

enum class KernelPreference {
  kReference,  // the portable one
  kLean,       // of those for the best instruction set the core has, the one with least scratch
  kFast,       // of those, the fastest
};

struct KernelChoice {
  const er_kernel_t* kernel;
  std::string reason;  // for the report
};

// The number of `isa` ("scalar", "armv7em", "mve"). A core executes every set up to its own.
absl::StatusOr<er_isa_t> ParseIsa(const std::string& isa);
const char* IsaName(int isa);

// What a call asks of its kernel.
struct KernelWish {
  std::string op, type;  // as in kernels.inc
  const void* params;    // valid ones of that operator and type, 4-byte aligned
  // Whether a kernel can have the operands it packs as it wants them.
  std::function<bool(const er_kernel_t&)> takes_operands;
};

// The portable kernel of an operator and type. INTERNAL (class BUG) when there is none.
absl::StatusOr<const er_kernel_t*> ReferenceKernel(const std::string& op, const std::string& type);

// INTERNAL (class BUG) when there is no such kernel.
absl::StatusOr<KernelChoice> ChooseKernel(const KernelWish& wish, er_isa_t isa,
                                          KernelPreference preference);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_KERNEL_CHOICE_H_
