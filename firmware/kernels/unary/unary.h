// One function applied to each element: x[count] to y[count]. f32: every function but `not` and
// `bit_not`; is_nan and is_inf write bool. int (integers and bool, dtype in the params): abs, neg,
// sign, square, clip, not, bit_not, wrapping.
#ifndef FIRMWARE_KERNELS_UNARY_UNARY_H_
#define FIRMWARE_KERNELS_UNARY_UNARY_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
#define ER_UNARY(number, name) ER_UNARY_##name = number,
#include "firmware/kernels/unary/functions.inc"
#undef ER_UNARY
  ER_UNARY_FUNCTIONS
} er_unary_function_t;

typedef struct {
  int32_t function;  // er_unary_function_t
  int32_t count;
  float alpha, beta;
} er_unary_f32_params_t;

typedef struct {
  int32_t function;
  int32_t count;
  int32_t dtype;
  int32_t reserved;
  int32_t alpha[2], beta[2];  // of clip: low and high half
} er_unary_int_params_t;

// The function on one number; is_nan and is_inf give 0 or 1. The compiler makes int8 tables by it.
float er_unary_f32(int32_t function, float x, float alpha, float beta);

void er_unary_f32_ref(const er_kernel_call_t* call);
void er_unary_int_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_UNARY_UNARY_H_
