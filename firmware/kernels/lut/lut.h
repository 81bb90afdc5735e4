// Any function of one quantized element, by a table.
//   s8:  x[count], table[256] (first that of -128) to y[count].
//   s16: x[count], table[513] to y[count]; between its entries are straight lines
//        (common/table_s16.h).
#ifndef FIRMWARE_KERNELS_LUT_LUT_H_
#define FIRMWARE_KERNELS_LUT_LUT_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
} er_lut_s8_params_t;

typedef struct {
  int32_t count;
} er_lut_s16_params_t;

void er_lut_s8_ref(const er_kernel_call_t* call);
void er_lut_s16_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_LUT_LUT_H_
