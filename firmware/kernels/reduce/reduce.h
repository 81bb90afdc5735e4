// Many elements to one: x to y. `kept` walks over the outputs (y is contiguous in its order),
// `reduced` over the elements of one output; strides 0 are x's, the others unused.
//   f32: floats are added in blocks, so that a long sum keeps its precision.
//   int: integers and bool (dtype in the params), 64 bits inside. any and all are max and min.
//   s8:  quantized sum and mean: (sum - zero points) * multiplier, as TFLite since 2.11.
//   s16: the same of int16; the zero points are 0.
#ifndef FIRMWARE_KERNELS_REDUCE_REDUCE_H_
#define FIRMWARE_KERNELS_REDUCE_REDUCE_H_

#include "firmware/kernels/common/walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
#define ER_REDUCE(number, name) ER_REDUCE_##name = number,
#include "firmware/kernels/reduce/functions.inc"
#undef ER_REDUCE
  ER_REDUCE_FUNCTIONS
} er_reduce_function_t;

typedef struct {
  er_walk_shape_t kept, reduced;
  int32_t function;  // er_reduce_function_t
  int32_t dtype;
} er_reduce_params_t;  // of f32 and int

typedef struct {
  er_walk_shape_t kept, reduced;
  int32_t input_offset;  // minus the zero point, once per element
  int32_t output_offset;
  int32_t multiplier, shift;
} er_reduce_s8_params_t;

typedef er_reduce_s8_params_t er_reduce_s16_params_t;

void er_reduce_f32_ref(const er_kernel_call_t* call);
void er_reduce_int_ref(const er_kernel_call_t* call);
void er_reduce_s8_ref(const er_kernel_call_t* call);
void er_reduce_s16_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_REDUCE_REDUCE_H_
