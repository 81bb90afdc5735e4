// y = condition ? a : b, each with its own strides (0 repeats): condition (bool), a, b to y. Typed
// by the elements' width only.
#ifndef FIRMWARE_KERNELS_WHERE_WHERE_H_
#define FIRMWARE_KERNELS_WHERE_WHERE_H_

#include "firmware/kernels/common/walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_walk_shape_t walk;
  int32_t element_bytes;  // 1, 2, 4 or 8
} er_where_params_t;

void er_where_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_WHERE_WHERE_H_
