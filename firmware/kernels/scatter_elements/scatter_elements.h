// y = x, then y[i0, …, indices[i0, …], …] is combined with updates[i0, …], in row-major order.
// Operands: in x, indices, updates of the indices' shape; out y of x's shape.
#ifndef FIRMWARE_KERNELS_SCATTER_ELEMENTS_SCATTER_ELEMENTS_H_
#define FIRMWARE_KERNELS_SCATTER_ELEMENTS_SCATTER_ELEMENTS_H_

#include "firmware/kernels/common/element_walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_element_walk_shape_t walk;
  int32_t dtype;    // er_dtype_t of x, updates and y
  int32_t combine;  // er_combine_t
} er_scatter_elements_params_t;

void er_scatter_elements_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_SCATTER_ELEMENTS_SCATTER_ELEMENTS_H_
