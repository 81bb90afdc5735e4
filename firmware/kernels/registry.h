// Every kernel of kernels.inc with what loader, executor, planner and reports ask of it.
// Plain C without state; linked by the firmware, the host tools and the compiler.
#ifndef FIRMWARE_KERNELS_REGISTRY_H_
#define FIRMWARE_KERNELS_REGISTRY_H_

#include <stdint.h>

#include "firmware/kernels/kernel.h"
#include "firmware/package/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// The tensor records a call would work on; NULL for an absent optional operand.
typedef struct {
  const void* params;  // params_bytes of them, 4-byte aligned
  const er_package_tensor_t* in[ER_KERNEL_MAX_OPERANDS];
  const er_package_tensor_t* out[ER_KERNEL_MAX_OPERANDS];
  uint32_t in_count;
  uint32_t out_count;
} er_kernel_operands_t;

// What all kernels of one operator and dtype share. Each operator defines one per dtype in its
// traits.c, named er_<op>_<dtype>_traits.
typedef struct {
  uint32_t params_bytes;
  // NULL when a kernel called with these operands stays inside them whatever their contents are;
  // otherwise what is wrong, as a static English text.
  const char* (*validate)(const er_kernel_operands_t* operands);
  // Scratch bytes that `run` needs for valid params. NULL when no variant needs any.
  uint32_t (*scratch_bytes)(er_kernel_run_t* run, const void* params);
} er_kernel_traits_t;

typedef struct {
  uint16_t id;
  uint8_t isa;        // er_isa_t
  const char* name;   // "conv2d_s8_armv7em"
  const char* op;     // "conv2d"
  const char* dtype;  // "s8"
  er_kernel_run_t* run;
  const er_kernel_traits_t* traits;
} er_kernel_t;

// All kernels in ascending order of id.
const er_kernel_t* er_kernel_table(uint32_t* count);

// NULL when there is no such kernel.
const er_kernel_t* er_kernel_find(uint16_t id);

// The reference kernel of the same operator and dtype: same operands, CANONICAL packing. NULL when
// there is no such kernel.
const er_kernel_t* er_kernel_reference_of(uint16_t id);

// How the kernel takes its input operand `operand`, an er_packing_t. Where that is not CANONICAL
// the operand must be a constant.
uint8_t er_kernel_packing(const er_kernel_t* kernel, uint32_t operand);

// Scratch bytes of this kernel for these params, which must have passed validate.
uint32_t er_kernel_scratch_bytes(const er_kernel_t* kernel, const void* params);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_REGISTRY_H_
