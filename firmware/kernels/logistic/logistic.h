// The logistic function and tanh of quantized int16 (zero points 0, output scale 1/32768) as
// TFLite's reference kernels compute them: x[count], table[256] to y[count].
//
// x is scaled to a sign and a size of 2^12 * 3 steps for 1; table[i] is about 2^16 / (1 + exp(-i /
// 24)) - 2^15, between its entries are straight lines, and tanh(x) = 2 logistic(2x) - 1.
#ifndef FIRMWARE_KERNELS_LOGISTIC_LOGISTIC_H_
#define FIRMWARE_KERNELS_LOGISTIC_LOGISTIC_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_LOGISTIC_TABLE_ENTRIES 256

typedef struct {
  int32_t count;
  int32_t tanh;        // 1: tanh, 0: the logistic function
  int32_t multiplier;  // 0 .. 32767, then
  int32_t shift;       // 0 .. 31 to the right, rounded, ties up
} er_logistic_s16_params_t;

void er_logistic_s16_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_LOGISTIC_LOGISTIC_H_
