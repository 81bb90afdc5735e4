// Running sums along an axis: x (float32 or an integer type, wrapping) to y of the same shape.
#ifndef FIRMWARE_KERNELS_CUMSUM_CUMSUM_H_
#define FIRMWARE_KERNELS_CUMSUM_CUMSUM_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_axis_t axis;
  int32_t dtype;
  int32_t exclusive;  // each sum without its own element
  int32_t reverse;    // from the end
} er_cumsum_params_t;

void er_cumsum_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CUMSUM_CUMSUM_H_
