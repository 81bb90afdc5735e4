// TFLite's fixed-point arithmetic for quantized kernels (double rounding), defined for every input:
// where the original would overflow, these wrap, so that a hostile package changes numbers only.
#ifndef FIRMWARE_KERNELS_COMMON_FIXED_POINT_H_
#define FIRMWARE_KERNELS_COMMON_FIXED_POINT_H_

#include <stdint.h>

static inline int32_t er_wrap_add(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t er_wrap_sub(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t er_wrap_mul(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a * (uint32_t)b);
}

static inline int32_t er_wrap_shift_left(int32_t x, int32_t bits) {
  return (int32_t)((uint32_t)x << (bits & 31));
}

static inline int32_t er_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : (x > high ? high : x);
}

// round(a * b / 2^31), ties up; the one overflowing pair saturates.
static inline int32_t er_doubling_high_mul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

// round(x / 2^exponent), ties away from zero. Exponents over 31 leave nothing of an int32.
static inline int32_t er_rounding_divide_by_pot(int32_t x, int32_t exponent) {
  if (exponent > 31) return 0;
  exponent &= 31;
  const uint32_t mask = ((uint32_t)1 << exponent) - 1u;
  const uint32_t remainder = (uint32_t)x & mask;
  const uint32_t threshold = (mask >> 1) + (x < 0 ? 1u : 0u);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

// x * multiplier * 2^(shift - 31): shift > 0 to the left, before the multiplication.
static inline int32_t er_multiply_by_quantized_multiplier(int32_t x, int32_t multiplier,
                                                          int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : er_wrap_sub(0, shift);
  return er_rounding_divide_by_pot(er_doubling_high_mul(er_wrap_shift_left(x, left), multiplier),
                                   right);
}

// x * multiplier * 2^(shift - 31) for sums of 64 bits, as TFLite's kernels for int16 round it: the
// multiplier is cut to 16 bits first, then one rounding, ties up. Meant for |x| < 2^47 and shifts
// of -31 .. 7; other shifts become the nearest that is defined, and what is too large wraps.
static inline int32_t er_multiply_wide_by_quantized_multiplier(int64_t x, int32_t multiplier,
                                                               int32_t shift) {
  const int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  const int32_t right = 15 - er_clamp(shift, -47, 14);
  const uint64_t product = (uint64_t)x * (uint64_t)(int64_t)reduced;
  return (int32_t)((int64_t)(product + ((uint64_t)1 << (right - 1))) >> right);
}

// x * 2^exponent, saturating; exponent 1 .. 30.
static inline int32_t er_saturating_multiply_by_pot(int32_t x, int32_t exponent) {
  const int32_t threshold = (int32_t)(((uint32_t)1 << (31 - exponent)) - 1u);
  if (x > threshold) return INT32_MAX;
  if (x < -threshold) return INT32_MIN;
  return er_wrap_shift_left(x, exponent);
}

#endif  // FIRMWARE_KERNELS_COMMON_FIXED_POINT_H_
