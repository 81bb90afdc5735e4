// What a kernel is given and what it promises. Kernels use the stack and their scratch only, touch
// no global state, and may assume that the loader has checked every operand and parameter.
#ifndef FIRMWARE_KERNELS_KERNEL_H_
#define FIRMWARE_KERNELS_KERNEL_H_

#include <stddef.h>
#include <stdint.h>

#define ER_KERNEL_MAX_OPERANDS 16

// One call of a kernel. `in` and `out` hold the operands' addresses in the order that the
// operator's header documents; an absent optional operand is NULL. Owned by the executor.
typedef struct {
  const void* params;  // the operator's params struct, 4-byte aligned
  const void* in[ER_KERNEL_MAX_OPERANDS];
  void* out[ER_KERNEL_MAX_OPERANDS];
  void* scratch;  // 16-byte aligned, as many bytes as the kernel's scratch-size function returned
} er_kernel_call_t;

typedef void er_kernel_run_t(const er_kernel_call_t* call);

#endif  // FIRMWARE_KERNELS_KERNEL_H_
