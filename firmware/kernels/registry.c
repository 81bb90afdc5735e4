#include "firmware/kernels/registry.h"

// Unless a table below says otherwise.
#define ER_KERNEL_PACKS(id, operand, packing)
// Of interest to the planner only.
#define ER_KERNEL_ORDER(id, order)

#define ER_KERNEL(id, op, dtype, isa, run) \
  er_kernel_run_t run;                     \
  extern const er_kernel_traits_t er_##op##_##dtype##_traits;
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL

enum { kNamePrefixBytes = 3 };  // "er_"

// An image for a core without Helium has no room for what the loader refuses to run on it.
#if defined(__arm__) && !defined(__ARM_FEATURE_MVE)
#define ER_RUN_OF(isa, run) ((isa) > ER_ISA_ARMV7EM ? (er_kernel_run_t*)0 : (run))
#else
#define ER_RUN_OF(isa, run) run
#endif

static const er_kernel_t kKernels[] = {
#define ER_KERNEL(id, op, dtype, isa, run) \
  {id, isa, #run + kNamePrefixBytes, #op, #dtype, ER_RUN_OF(isa, run), &er_##op##_##dtype##_traits},
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL
};

#undef ER_KERNEL_PACKS

// Ends with an id that is no kernel's, so that a model whose kernels pack nothing has a table, too.
static const struct {
  uint16_t id;
  uint8_t operand, packing;
} kPacks[] = {
#define ER_KERNEL(id, op, dtype, isa, run)
#define ER_KERNEL_PACKS(id, operand, packing) {id, operand, packing},
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL_PACKS
#undef ER_KERNEL
    {0, 0, ER_PACKING_CANONICAL},
};

enum { kKernelCount = sizeof kKernels / sizeof kKernels[0] };

const er_kernel_t* er_kernel_table(uint32_t* count) {
  *count = kKernelCount;
  return kKernels;
}

const er_kernel_t* er_kernel_find(uint16_t id) {
  for (uint32_t i = 0; i < kKernelCount; i++) {
    if (kKernels[i].id == id) return &kKernels[i];
  }
  return NULL;
}

const er_kernel_t* er_kernel_reference_of(uint16_t id) {
  const er_kernel_t* kernel = er_kernel_find(id);
  return kernel ? er_kernel_find((uint16_t)(id & ~0xFu)) : NULL;
}

uint8_t er_kernel_packing(const er_kernel_t* kernel, uint32_t operand) {
  for (uint32_t i = 0; i < sizeof kPacks / sizeof kPacks[0]; i++) {
    if (kPacks[i].id == kernel->id && kPacks[i].operand == operand) return kPacks[i].packing;
  }
  return ER_PACKING_CANONICAL;
}

uint32_t er_kernel_scratch_bytes(const er_kernel_t* kernel, const void* params) {
  const er_kernel_traits_t* traits = kernel->traits;
  return traits->scratch_bytes ? traits->scratch_bytes(kernel->run, params) : 0;
}
