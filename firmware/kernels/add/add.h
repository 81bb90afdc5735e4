// Elementwise sum of two tensors of one shape.
// s8 is TFLite's: both inputs are shifted left by left_shift (20), rescaled to a common scale by
// their multiplier and shift (double rounding), summed, rescaled to the output, offset, clamped.
#ifndef FIRMWARE_KERNELS_ADD_ADD_H_
#define FIRMWARE_KERNELS_ADD_ADD_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;  // elements
  int32_t left_shift;
  int32_t a_offset, a_multiplier, a_shift;  // a_offset = -zero point of a
  int32_t b_offset, b_multiplier, b_shift;
  int32_t output_offset, output_multiplier, output_shift;
  int32_t act_min, act_max;
} er_add_s8_params_t;

typedef struct {
  int32_t count;
  float act_min, act_max;
} er_add_f32_params_t;

void er_add_s8_ref(const er_kernel_call_t* call);
void er_add_s8_mve(const er_kernel_call_t* call);
void er_add_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_ADD_ADD_H_
