// relu and its kin, leaky_relu and abs of quantized int16 (zero points 0): x[count] to
// y = clamp(x * positive) from 0 on, clamp(x * negative) below; the factors rescale by TFLite's
// double rounding. A negative multiplier turns the sign, as abs needs it.
#ifndef FIRMWARE_KERNELS_LEAKY_RELU_LEAKY_RELU_H_
#define FIRMWARE_KERNELS_LEAKY_RELU_LEAKY_RELU_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  int32_t positive_multiplier, positive_shift;
  int32_t negative_multiplier, negative_shift;
  int32_t act_min, act_max;
} er_leaky_relu_s16_params_t;

void er_leaky_relu_s16_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_LEAKY_RELU_LEAKY_RELU_H_
