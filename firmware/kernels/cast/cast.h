// Conversion between element types: x[count] to y[count]. Integers keep their low bits; floats are
// cut towards zero and saturate at the integer type's ends (NaN gives 0); anything but 0 is true.
#ifndef FIRMWARE_KERNELS_CAST_CAST_H_
#define FIRMWARE_KERNELS_CAST_CAST_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  int32_t from, to;  // er_dtype_t
} er_cast_params_t;

void er_cast_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CAST_CAST_H_
