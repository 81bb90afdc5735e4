// Exponentials without libm: the fixed-point one of TFLite's quantized softmax, and a float one
// that gives the same bits on host and board.
#ifndef FIRMWARE_KERNELS_COMMON_EXPONENTIAL_H_
#define FIRMWARE_KERNELS_COMMON_EXPONENTIAL_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// exp(x) for x <= 0 in Q5.26; result in Q0.31.
int32_t er_exp_on_negative_q5_26(int32_t x);

// 1 / x for x > 0 with `integer_bits` integer bits: returns a Q0.31 mantissa in (0.5, 1], and the
// power of two by which it must still be divided in *bits_over_unit.
int32_t er_reciprocal(int32_t x, int32_t integer_bits, int32_t* bits_over_unit);

// e^x within 2 ulp; 0 below -87.3, infinity above 88.7, NaN stays NaN.
float er_expf(float x);

#ifdef __cplusplus
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_EXPONENTIAL_H_
