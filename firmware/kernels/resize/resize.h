// Resizes an image by tables: output row y is the sum of y_weight[y][t] * input row y_index[y][t]
// over taps_h taps, and the same along the width. The compiler computes the tables, so that every
// way of placing coordinates is the same kernel, and board and host agree by construction.
//
// Operands: in x[batch,in_h,in_w,channels], y_index s32[out_h,taps_h], y_weight[out_h,taps_h],
//              x_index s32[out_w,taps_w], x_weight[out_w,taps_w]
//           out [batch,out_h,out_w,channels]
// f32: weights f32; an output whose y_index or x_index (of tap 0) is negative is `outside`.
// s8:  weights s16, fractions of 2^10; the exact sum divided by 2^20, half away from zero, as
//      TFLite does it. Kept in the range of int8.
// s16: the same of int16.
// any: nearest; one tap, no weights (operands x, y_index, x_index). Whole pixels are copied.
// Indices that are too large, and negative ones where `outside` does not apply, become the nearest.
#ifndef FIRMWARE_KERNELS_RESIZE_RESIZE_H_
#define FIRMWARE_KERNELS_RESIZE_RESIZE_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t batch, in_h, in_w, channels, out_h, out_w;
  int32_t taps_h, taps_w;
} er_resize_shape_t;

typedef struct {
  er_resize_shape_t shape;
  float outside;
} er_resize_f32_params_t;

typedef struct {
  er_resize_shape_t shape;
} er_resize_s8_params_t;

typedef er_resize_s8_params_t er_resize_s16_params_t;

typedef struct {
  er_resize_shape_t shape;  // channels counts bytes
  int32_t element_bytes;
  int32_t has_outside;  // 1: negative indices give the low element_bytes of outside
  int32_t outside[2];
} er_resize_any_params_t;

void er_resize_f32_ref(const er_kernel_call_t* call);
void er_resize_s8_ref(const er_kernel_call_t* call);
void er_resize_s16_ref(const er_kernel_call_t* call);
void er_resize_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_RESIZE_RESIZE_H_
