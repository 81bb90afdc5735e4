// Takes slices of one dimension by index.
// Operands: in x[batch, outer, size, run], indices[batch, count]; out y[batch, outer, count, run].
// Indices as in common/copy.h: negative ones count from the end, wrong ones are limited.
#ifndef FIRMWARE_KERNELS_GATHER_GATHER_H_
#define FIRMWARE_KERNELS_GATHER_GATHER_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t batch, outer, size, count;
  int32_t run_bytes;
  int32_t index_dtype;  // er_dtype_t
} er_gather_params_t;

void er_gather_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_GATHER_GATHER_H_
