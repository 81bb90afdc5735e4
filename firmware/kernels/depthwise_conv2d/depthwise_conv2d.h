// Depthwise 2-D convolution, NHWC activations, weights[1,kernel_h,kernel_w,out_c];
// out_c == in_c * depth_multiplier, output channel o reads input channel o / depth_multiplier.
// Operands and arithmetic as in conv2d.h.
#ifndef FIRMWARE_KERNELS_DEPTHWISE_CONV2D_DEPTHWISE_CONV2D_H_
#define FIRMWARE_KERNELS_DEPTHWISE_CONV2D_DEPTHWISE_CONV2D_H_

#include "firmware/kernels/conv2d/conv2d.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_conv2d_shape_t shape;
  int32_t depth_multiplier;
  int32_t input_offset;
  int32_t output_offset;
  int32_t act_min, act_max;
} er_depthwise_conv2d_s8_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  int32_t depth_multiplier;
  er_channel_sum_s16_t sum;
} er_depthwise_conv2d_s16_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  int32_t depth_multiplier;
  float act_min, act_max;
} er_depthwise_conv2d_f32_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  int32_t depth_multiplier;
  int32_t asymmetric;
  float act_min, act_max;
} er_depthwise_conv2d_h8_params_t;

void er_depthwise_conv2d_s8_ref(const er_kernel_call_t* call);
void er_depthwise_conv2d_s8_armv7em(const er_kernel_call_t* call);
void er_depthwise_conv2d_s8_mve(const er_kernel_call_t* call);
void er_depthwise_conv2d_s16_ref(const er_kernel_call_t* call);
void er_depthwise_conv2d_f32_ref(const er_kernel_call_t* call);
void er_depthwise_conv2d_f32_armv7em(const er_kernel_call_t* call);
void er_depthwise_conv2d_f32_mve(const er_kernel_call_t* call);
void er_depthwise_conv2d_h8_ref(const er_kernel_call_t* call);

// Scratch bytes the kernel needs for this shape; the planner asks, the executor provides.
uint32_t er_depthwise_conv2d_s8_armv7em_scratch_bytes(
    const er_depthwise_conv2d_s8_params_t* params);
uint32_t er_depthwise_conv2d_s8_mve_scratch_bytes(const er_depthwise_conv2d_s8_params_t* params);
uint32_t er_depthwise_conv2d_h8_ref_scratch_bytes(const er_depthwise_conv2d_h8_params_t* params);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_DEPTHWISE_CONV2D_DEPTHWISE_CONV2D_H_
