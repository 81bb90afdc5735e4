// Slices of x named by index tuples, one after another: see common/slice_index.h.
// Operands: in x, indices; out y[batch, count, run]. Elements of element_bytes, any type.
#ifndef FIRMWARE_KERNELS_GATHER_ND_GATHER_ND_H_
#define FIRMWARE_KERNELS_GATHER_ND_GATHER_ND_H_

#include "firmware/kernels/common/slice_index.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_slice_index_shape_t shape;
  int32_t element_bytes;
} er_gather_nd_params_t;

void er_gather_nd_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_GATHER_ND_GATHER_ND_H_
