#include "server/compiler/lower/kernel_choice.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr const char* kIsaNames[] = {"scalar", "armv7em", "mve"};

}  // namespace

const char* IsaName(int isa) { return isa >= 0 && isa <= 2 ? kIsaNames[isa] : "unknown"; }

absl::StatusOr<er_isa_t> ParseIsa(const std::string& isa) {
  for (int i = 0; i <= 2; ++i) {
    if (isa == kIsaNames[i]) return static_cast<er_isa_t>(i);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kInfrastructure, "BAD_CHIP_FILE",
                   "instruction set '" + isa + "'; known are scalar, armv7em, mve");
}

absl::StatusOr<KernelChoice> ChooseKernel(const std::string& op, const std::string& type,
                                          er_isa_t isa, KernelPreference preference) {
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  const er_kernel_t* best = nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    const er_kernel_t& k = table[i];
    if (op != k.op || type != k.dtype) continue;
    const int limit = preference == KernelPreference::kReference ? ER_ISA_SCALAR : isa;
    if (k.isa <= limit && (best == nullptr || k.isa > best->isa)) best = &k;
  }
  if (best == nullptr) return CompilerBug("there is no kernel for " + op + " of " + type);
  std::string reason;
  if (preference == KernelPreference::kReference) {
    reason = "reference kernels were asked for";
  } else if (best->isa == ER_ISA_SCALAR && isa != ER_ISA_SCALAR) {
    reason = std::string("no ") + IsaName(isa) + " kernel for this operator and type";
  } else {
    reason = std::string("best for ") + IsaName(isa);
  }
  return KernelChoice{best, reason};
}

}  // namespace edgerack::compiler
