// 2-D convolution, NHWC activations, OHWI weights.
//
// Operands s8:  in  x[n,in_h,in_w,in_c] s8, weights[out_c,kernel_h,kernel_w,in_c] s8,
//                   bias[out_c] s32 or absent, multiplier[out_c] s32, shift[out_c] s32
//               out y[n,out_h,out_w,out_c] s8
// Operands s16: as s8 with x and y s16, and bias s64 where the sums are wide
// Operands f32: in  x, weights, bias[out_c] or absent; out y
// Operands h8:  in  x f32, weights s8, bias[out_c] f32 or absent, scale[out_c] f32 of the weights
//               out y f32
//
// s8 arithmetic is TFLite's: acc = bias + sum (x + input_offset) * w, then
// MultiplyByQuantizedMultiplier with double rounding (multiplier Q0.31, shift > 0 to the left),
// + output_offset, clamp. Padding contributes x == -input_offset, i.e. real zero.
// s16: acc = bias + sum x * w, without zero points; common/channel_sum_s16.h.
// h8 quantizes each image of the batch on its own, see common/dynamic_quantize.h.
#ifndef FIRMWARE_KERNELS_CONV2D_CONV2D_H_
#define FIRMWARE_KERNELS_CONV2D_CONV2D_H_

#include "firmware/kernels/common/channel_sum_s16.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t batch;
  int32_t in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t kernel_h, kernel_w;
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;  // bottom and right follow from out_h and out_w
} er_conv2d_shape_t;

typedef struct {
  er_conv2d_shape_t shape;
  int32_t input_offset;   // -input zero point
  int32_t output_offset;  // output zero point
  int32_t act_min, act_max;
} er_conv2d_s8_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  er_channel_sum_s16_t sum;
} er_conv2d_s16_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  float act_min, act_max;
} er_conv2d_f32_params_t;

typedef struct {
  er_conv2d_shape_t shape;
  int32_t asymmetric;  // how x is quantized: 0 symmetric, else asymmetric
  float act_min, act_max;
} er_conv2d_h8_params_t;

void er_conv2d_s8_ref(const er_kernel_call_t* call);
void er_conv2d_s8_armv7em(const er_kernel_call_t* call);
void er_conv2d_s8_armv7em_pairs(const er_kernel_call_t* call);
void er_conv2d_s8_armv7em_pairs_wide(const er_kernel_call_t* call);
void er_conv2d_s8_mve(const er_kernel_call_t* call);
void er_conv2d_s16_ref(const er_kernel_call_t* call);
void er_conv2d_f32_ref(const er_kernel_call_t* call);
void er_conv2d_f32_mve(const er_kernel_call_t* call);
void er_conv2d_h8_ref(const er_kernel_call_t* call);
void er_conv2d_h8_armv7em(const er_kernel_call_t* call);

// Scratch bytes the kernel needs for this shape; the planner asks, the executor provides.
uint32_t er_conv2d_s8_armv7em_scratch_bytes(const er_conv2d_s8_params_t* params);
uint32_t er_conv2d_s8_armv7em_pairs_scratch_bytes(const er_conv2d_s8_params_t* params);
uint32_t er_conv2d_s8_armv7em_pairs_wide_scratch_bytes(const er_conv2d_s8_params_t* params);
uint32_t er_conv2d_s8_mve_scratch_bytes(const er_conv2d_s8_params_t* params);
uint32_t er_conv2d_h8_ref_scratch_bytes(const er_conv2d_h8_params_t* params);
uint32_t er_conv2d_h8_armv7em_scratch_bytes(const er_conv2d_h8_params_t* params);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV2D_CONV2D_H_
