// Convolution and transposed convolution over up to three directions, in groups; NDHWC activations
// (images: depth 1), weights [out_c, kernel_d, kernel_h, kernel_w, in_c / groups] for both. What
// conv2d does, it does faster.
//
// Operands and arithmetic as in conv2d.h: s8 takes x, weights, bias or absent, multiplier[out_c],
// shift[out_c]; s16 likewise; f32 takes x, weights, bias or absent. Out y.
#ifndef FIRMWARE_KERNELS_CONV_ND_CONV_ND_H_
#define FIRMWARE_KERNELS_CONV_ND_CONV_ND_H_

#include "firmware/kernels/common/channel_sum_s16.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_CONV_ND_DIRECTIONS 3  // depth, height, width

typedef struct {
  int32_t batch, in_c, out_c, groups;
  int32_t transposed;  // 1: input and output change places, kernel taps spread the input
  int32_t in[ER_CONV_ND_DIRECTIONS], out[ER_CONV_ND_DIRECTIONS];
  int32_t kernel[ER_CONV_ND_DIRECTIONS];
  int32_t stride[ER_CONV_ND_DIRECTIONS];
  int32_t dilation[ER_CONV_ND_DIRECTIONS];
  int32_t pad[ER_CONV_ND_DIRECTIONS];  // before the first element; the rest follows from `out`
} er_conv_nd_shape_t;

typedef struct {
  er_conv_nd_shape_t shape;
  int32_t input_offset;   // -input zero point
  int32_t output_offset;  // output zero point
  int32_t act_min, act_max;
} er_conv_nd_s8_params_t;

typedef struct {
  er_conv_nd_shape_t shape;
  er_channel_sum_s16_t sum;
} er_conv_nd_s16_params_t;

typedef struct {
  er_conv_nd_shape_t shape;
  float act_min, act_max;
} er_conv_nd_f32_params_t;

void er_conv_nd_s8_ref(const er_kernel_call_t* call);
void er_conv_nd_s16_ref(const er_kernel_call_t* call);
void er_conv_nd_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV_ND_CONV_ND_H_
