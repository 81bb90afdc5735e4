// y[outer, depth, inner] is values[1] where indices[outer, inner] names the position along depth,
// values[0] elsewhere. An index outside of depth names none; negative ones count from the end where
// wrap_negative is set. Operands: in indices, values[2]; out y. Any element type.
#ifndef FIRMWARE_KERNELS_ONE_HOT_ONE_HOT_H_
#define FIRMWARE_KERNELS_ONE_HOT_ONE_HOT_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t outer, depth, inner;
  int32_t element_bytes;
  int32_t index_dtype;  // er_dtype_t
  int32_t wrap_negative;
} er_one_hot_params_t;

void er_one_hot_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_ONE_HOT_ONE_HOT_H_
