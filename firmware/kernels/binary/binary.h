// A function of two operands, each with its own strides (a stride of 0 repeats): a, b to y, which
// is contiguous in the order of the walk. Strides 0 are a's, 1 b's, 2 unused.
//   f32: all but the logic of bools and bits.
//   int: integers and bool (dtype in the params), wrapping; all but atan2 and prelu.
//   s8:  quantized, TFLite's arithmetic: add, sub, mul, squared_difference, prelu, comparisons.
//   s16: quantized, TFLite's arithmetic: add, sub, mul; zero points are 0.
//        (max and min of one scale are those of plain integers.)
#ifndef FIRMWARE_KERNELS_BINARY_BINARY_H_
#define FIRMWARE_KERNELS_BINARY_BINARY_H_

#include "firmware/kernels/common/walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
#define ER_BINARY(number, name) ER_BINARY_##name = number,
#include "firmware/kernels/binary/functions.inc"
#undef ER_BINARY
  ER_BINARY_FUNCTIONS
} er_binary_function_t;

typedef struct {
  er_walk_shape_t walk;
  int32_t function;  // er_binary_function_t
  int32_t dtype;     // of a and b
  int32_t clamps;    // f32: whether results are clamped; NaN stays
  float act_min, act_max;
} er_binary_params_t;  // of f32 and int

// x -> x * multiplier * 2^(shift - 31)
typedef struct {
  int32_t multiplier, shift;
} er_binary_scale_t;

typedef struct {
  er_walk_shape_t walk;
  int32_t function;
  int32_t left_shift;          // of both inputs before they are scaled; 0 for mul and prelu
  int32_t a_offset, b_offset;  // minus the zero points
  int32_t output_offset;       // the zero point
  er_binary_scale_t a, b;      // prelu: `a` is for a above 0; unused by mul
  er_binary_scale_t output;    // unused by comparisons
  int32_t act_min, act_max;
} er_binary_s8_params_t;

typedef struct {
  er_walk_shape_t walk;
  int32_t function;
  // add and sub: 1 where all scales are powers of two. TFLite then only divides the inputs by
  // 2^-shift, half away from zero, and needs neither left_shift nor multipliers.
  int32_t power_of_two;
  int32_t left_shift;      // of both inputs before they are scaled; 0 for mul
  er_binary_scale_t a, b;  // unused by mul
  er_binary_scale_t output;
  int32_t act_min, act_max;
} er_binary_s16_params_t;

void er_binary_f32_ref(const er_kernel_call_t* call);
void er_binary_int_ref(const er_kernel_call_t* call);
void er_binary_s8_ref(const er_kernel_call_t* call);
void er_binary_s16_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BINARY_BINARY_H_
