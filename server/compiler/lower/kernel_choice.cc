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

absl::StatusOr<const er_kernel_t*> ReferenceKernel(const std::string& op, const std::string& type) {
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (op == table[i].op && type == table[i].dtype && table[i].isa == ER_ISA_SCALAR) {
      return &table[i];
    }
  }
  return CompilerBug("there is no kernel for " + op + " of " + type);
}

absl::StatusOr<KernelChoice> ChooseKernel(const KernelWish& wish, er_isa_t isa,
                                          KernelPreference preference) {
  ER_ASSIGN_OR_RETURN(const er_kernel_t* reference, ReferenceKernel(wish.op, wish.type));
  if (preference == KernelPreference::kReference) {
    return KernelChoice{reference, "reference kernels were asked for"};
  }
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  const er_kernel_t* fastest = reference;
  const er_kernel_t* leanest = reference;
  auto scratch = [&](const er_kernel_t* k) { return er_kernel_scratch_bytes(k, wish.params); };
  for (uint32_t i = 0; i < count; ++i) {
    const er_kernel_t& k = table[i];
    if (wish.op != k.op || wish.type != k.dtype || k.isa > isa || !wish.takes_operands(k)) continue;
    if (k.isa < fastest->isa) continue;
    if (k.isa > fastest->isa || scratch(&k) <= scratch(leanest)) leanest = &k;
    fastest = &k;
  }
  const std::string best = std::string("best for ") + IsaName(isa);
  if (preference == KernelPreference::kLean && leanest != fastest) {
    return KernelChoice{leanest, best + " without scratch memory that would enlarge the arena"};
  }
  if (fastest->isa == ER_ISA_SCALAR && isa != ER_ISA_SCALAR) {
    return KernelChoice{fastest,
                        std::string("no ") + IsaName(isa) + " kernel for this operator and type"};
  }
  return KernelChoice{fastest, best};
}

}  // namespace edgerack::compiler
