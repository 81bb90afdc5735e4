// Sigmoid and tanh of int16 as TFLite's reference kernels for integer LSTMs compute them: inputs
// with `integer_bits` integer bits, results in Q0.15.
#ifndef FIRMWARE_KERNELS_COMMON_FIXED_MATH_S16_H_
#define FIRMWARE_KERNELS_COMMON_FIXED_MATH_S16_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// integer_bits 0 .. 6 for both.
int16_t er_sigmoid_s16(int16_t x, int32_t integer_bits);
int16_t er_tanh_s16(int16_t x, int32_t integer_bits);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_FIXED_MATH_S16_H_
