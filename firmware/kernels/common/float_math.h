// Elementary functions that give the same bits on every IEEE machine: + - * / and square roots
// only, no libm, no fused multiply-add. Within 4 ulp of the true value (float_math_test.cc prints
// the worst found); NaN, infinities, zeros and domain errors as C99's functions of the same name
// have them. Stateless, any thread.
#ifndef FIRMWARE_KERNELS_COMMON_FLOAT_MATH_H_
#define FIRMWARE_KERNELS_COMMON_FLOAT_MATH_H_

#include <stdint.h>
#include <string.h>

#include "firmware/kernels/common/exponential.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_INFINITY __builtin_inff()
#define ER_NAN __builtin_nanf("")

static inline uint32_t er_float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float er_float_of_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline float er_fabsf(float x) { return er_float_of_bits(er_float_bits(x) & 0x7FFFFFFFu); }
static inline float er_copysignf(float size, float sign) {
  return er_float_of_bits((er_float_bits(size) & 0x7FFFFFFFu) |
                          (er_float_bits(sign) & 0x80000000u));
}
// Which NaN an invalid operation gives differs between processors; kernels write this one.
static inline float er_one_nan(float x) { return x != x ? ER_NAN : x; }

// One instruction on every core with a float unit.
static inline float er_sqrtf(float x) { return __builtin_sqrtf(x); }

float er_floorf(float x);
float er_ceilf(float x);
float er_rintf(float x);  // half to even
float er_fmodf(float x, float y);

float er_expm1f(float x);
float er_tanhf(float x);
float er_sigmoidf(float x);   // 1 / (1 + e^-x)
float er_softplusf(float x);  // log(1 + e^x)
float er_erff(float x);

float er_sinf(float x);
float er_cosf(float x);
float er_tanf(float x);
float er_asinf(float x);
float er_acosf(float x);
float er_atanf(float x);
float er_atan2f(float y, float x);

// In double precision inside: exact to the last bit but for rare ties, slow without a double unit.
float er_logf(float x);
float er_powf(float x, float y);
float er_sinhf(float x);
float er_coshf(float x);
float er_asinhf(float x);
float er_acoshf(float x);
float er_atanhf(float x);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_FLOAT_MATH_H_
