// y = x, then the slices of y that index tuples name are combined with updates[batch, count, run],
// in order: see common/slice_index.h. Operands: in x, indices, updates; out y.
#ifndef FIRMWARE_KERNELS_SCATTER_ND_SCATTER_ND_H_
#define FIRMWARE_KERNELS_SCATTER_ND_SCATTER_ND_H_

#include "firmware/kernels/common/slice_index.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_slice_index_shape_t shape;
  int32_t dtype;    // er_dtype_t of x, updates and y
  int32_t combine;  // er_combine_t
} er_scatter_nd_params_t;

void er_scatter_nd_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_SCATTER_ND_SCATTER_ND_H_
