// y[i0, …] = x[i0, …, indices[i0, …], …]: one index per element, along one dimension.
// Operands: in x, indices; out y of the indices' shape. Elements of element_bytes, any type.
#ifndef FIRMWARE_KERNELS_GATHER_ELEMENTS_GATHER_ELEMENTS_H_
#define FIRMWARE_KERNELS_GATHER_ELEMENTS_GATHER_ELEMENTS_H_

#include "firmware/kernels/common/element_walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_element_walk_shape_t walk;
  int32_t element_bytes;
} er_gather_elements_params_t;

void er_gather_elements_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_GATHER_ELEMENTS_GATHER_ELEMENTS_H_
