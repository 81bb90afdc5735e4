// Any function of one int8: x[count], table[256] (first that of -128) to y[count].
#ifndef FIRMWARE_KERNELS_LUT_LUT_H_
#define FIRMWARE_KERNELS_LUT_LUT_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
} er_lut_s8_params_t;

void er_lut_s8_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_LUT_LUT_H_
