#include "firmware/kernels/registry.h"

#define ER_KERNEL(id, op, dtype, isa, run) \
  er_kernel_run_t run;                     \
  extern const er_kernel_traits_t er_##op##_##dtype##_traits;
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL

enum { kNamePrefixBytes = 3 };  // "er_"

static const er_kernel_t kKernels[] = {
#define ER_KERNEL(id, op, dtype, isa, run) \
  {id, isa, #run + kNamePrefixBytes, #op, #dtype, run, &er_##op##_##dtype##_traits},
#include "firmware/kernels/kernels.inc"
#undef ER_KERNEL
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

uint32_t er_kernel_scratch_bytes(const er_kernel_t* kernel, const void* params) {
  const er_kernel_traits_t* traits = kernel->traits;
  return traits->scratch_bytes ? traits->scratch_bytes(kernel->run, params) : 0;
}
