// Matrix products of two activations, batched: for each batch index, y[rows, cols] (row-major, one
// after another) = a[rows, depth] * b[depth, cols]. Strides count elements, so that transposed
// operands need no copy, and batch strides of 0 broadcast.
//
// f32:  in a, b; out y. The sum runs over depth in ascending order, in float.
// s8:   in a, b s8; out y s8. TFLite's: acc = sum (a + a_offset) * (b + b_offset), then
//       MultiplyByQuantizedMultiplier, + output_offset, clamp.
// s16:  in a, b s16; out y s16. As s8 with sums of 64 bits
// (er_multiply_wide_by_quantized_multiplier)
//       and without zero points.
// s32:  in a, b s8 or u8 each; out y s32 = sum (a + a_offset) * (b + b_offset), wrapping.
#ifndef FIRMWARE_KERNELS_MATMUL_MATMUL_H_
#define FIRMWARE_KERNELS_MATMUL_MATMUL_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_MATMUL_BATCH_DIMS 4

typedef struct {
  int32_t batch[ER_MATMUL_BATCH_DIMS];
  int32_t a_batch_stride[ER_MATMUL_BATCH_DIMS];
  int32_t b_batch_stride[ER_MATMUL_BATCH_DIMS];
  int32_t rows, depth, cols;
  int32_t a_row_stride, a_depth_stride;
  int32_t b_depth_stride, b_col_stride;
} er_matmul_shape_t;

typedef struct {
  er_matmul_shape_t shape;
} er_matmul_f32_params_t;

typedef struct {
  er_matmul_shape_t shape;
  int32_t a_offset, b_offset;  // -zero points
  int32_t multiplier, shift, output_offset;
  int32_t act_min, act_max;
} er_matmul_s8_params_t;

typedef struct {
  er_matmul_shape_t shape;
  int32_t multiplier, shift;
} er_matmul_s16_params_t;

typedef struct {
  er_matmul_shape_t shape;
  int32_t a_offset, b_offset;      // -zero points
  int32_t a_unsigned, b_unsigned;  // 1: u8, 0: s8
} er_matmul_s32_params_t;

void er_matmul_f32_ref(const er_kernel_call_t* call);
void er_matmul_s8_ref(const er_kernel_call_t* call);
void er_matmul_s16_ref(const er_kernel_call_t* call);
void er_matmul_s32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_MATMUL_MATMUL_H_
