// Rounding and remainders: exact, so any correct way gives the bits of libm.
#include "firmware/kernels/common/float_math.h"

static const float kAllIntegers = 8388608.0f;  // 2^23: from here on a float has no fraction

float er_floorf(float x) {
  if (!(er_fabsf(x) < kAllIntegers)) return x;
  const float whole = (float)(int32_t)x;
  return er_copysignf(whole > x ? whole - 1.0f : whole, x);
}

float er_ceilf(float x) { return -er_floorf(-x); }

float er_rintf(float x) {
  const float size = er_fabsf(x);
  if (!(size < kAllIntegers)) return x;
  // The sum has no fraction bits left: the addition itself rounds half to even.
  const volatile float sum = size + kAllIntegers;
  return er_copysignf(sum - kAllIntegers, x);
}

// The remainder of mantissas, one bit of the quotient at a time.
float er_fmodf(float x, float y) {
  const uint32_t sign = er_float_bits(x) & 0x80000000u;
  const uint32_t ax = er_float_bits(x) & 0x7FFFFFFFu;
  const uint32_t ay = er_float_bits(y) & 0x7FFFFFFFu;
  if (ay == 0 || ax >= 0x7F800000u || ay > 0x7F800000u) return (x * y) / (x * y);
  if (ax < ay) return x;
  // Denormals have exponent 1 and no leading bit.
  uint32_t ex = ax >> 23, ey = ay >> 23;
  uint32_t mx = ex ? (ax & 0x7FFFFFu) | 0x800000u : ax;
  const uint32_t my = ey ? (ay & 0x7FFFFFu) | 0x800000u : ay;
  if (!ex) ex = 1;
  if (!ey) ey = 1;
  // |y| may be denormal with a short mantissa: each step doubles the remainder of what is left.
  for (mx %= my; ex > ey && mx; ex--) mx = (mx << 1) % my;
  if (!mx) return er_float_of_bits(sign);
  while (mx < 0x800000u && ey > 1) {
    mx <<= 1;
    ey--;
  }
  const uint32_t bits = mx < 0x800000u ? mx : ((ey << 23) | (mx & 0x7FFFFFu));
  return er_float_of_bits(sign | bits);
}
