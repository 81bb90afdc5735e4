// (x - mean) * scale / sqrt(variance + epsilon) + bias per channel: x, scale, bias, mean, variance
// to y; the channels are the axis's depth.
#ifndef FIRMWARE_KERNELS_BATCH_NORM_BATCH_NORM_H_
#define FIRMWARE_KERNELS_BATCH_NORM_BATCH_NORM_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_axis_t axis;
  float epsilon;
} er_batch_norm_params_t;

void er_batch_norm_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BATCH_NORM_BATCH_NORM_H_
