// Local response normalization along an axis: x / (bias + alpha / size * squares)^beta, where
// squares is the sum of x^2 over a window of `size` elements around x, cut at the ends; x to y.
#ifndef FIRMWARE_KERNELS_LRN_LRN_H_
#define FIRMWARE_KERNELS_LRN_LRN_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_axis_t axis;
  int32_t size;
  float alpha, beta, bias;
} er_lrn_params_t;

void er_lrn_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_LRN_LRN_H_
