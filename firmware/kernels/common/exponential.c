#include "firmware/kernels/common/exponential.h"

#include <string.h>

#include "firmware/kernels/common/fixed_point.h"

// exp(a) for a in [-1/4, 0), Q0.31: Taylor's series around -1/8, whose constants follow.
static int32_t exp_on_last_quarter(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t one_third = 715827883;
  const int32_t x = er_wrap_add(a, 1 << 28);
  const int32_t x2 = er_doubling_high_mul(x, x);
  const int32_t x3 = er_doubling_high_mul(x2, x);
  const int32_t x4 = er_doubling_high_mul(x2, x2);
  const int32_t x4_over_4 = er_rounding_divide_by_pot(x4, 2);
  const int32_t tail = er_rounding_divide_by_pot(
      er_wrap_add(er_doubling_high_mul(er_wrap_add(x4_over_4, x3), one_third), x2), 1);
  return er_wrap_add(exp_minus_eighth,
                     er_doubling_high_mul(exp_minus_eighth, er_wrap_add(x, tail)));
}

int32_t er_exp_on_negative_q5_26(int32_t x) {
  // exp(-2^k) for k = -2 .. 4, Q0.31.
  static const int32_t kPowers[7] = {1672461947, 1302514674, 790015084, 290630308,
                                     39332535,   720401,     242};
  if (x == 0) return INT32_MAX;
  const int32_t quarter = 1 << 24;
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = er_wrap_sub(last, x);
  int32_t result = exp_on_last_quarter(er_saturating_multiply_by_pot(last, 5));
  for (int32_t k = 0; k < 7; k++) {
    if ((uint32_t)rest & (1u << (24 + k))) result = er_doubling_high_mul(result, kPowers[k]);
  }
  return result;
}

// 1 / (1 + a) for a in [0, 1), Q0.31, by three steps of Newton and Raphson in Q2.29.
static int32_t one_over_one_plus(int32_t a) {
  const int32_t c48_over_17 = 1515870810;
  const int32_t minus_32_over_17 = -1010580540;
  const int64_t sum = (int64_t)a + INT32_MAX;
  const int32_t half = (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
  int32_t x = er_wrap_add(c48_over_17, er_doubling_high_mul(half, minus_32_over_17));
  for (int step = 0; step < 3; step++) {
    const int32_t error = er_wrap_sub(1 << 29, er_doubling_high_mul(half, x));
    x = er_wrap_add(x, er_saturating_multiply_by_pot(er_doubling_high_mul(x, error), 2));
  }
  return er_saturating_multiply_by_pot(x, 1);
}

int32_t er_reciprocal(int32_t x, int32_t integer_bits, int32_t* bits_over_unit) {
  int32_t headroom = 0;  // leading zeros
  while (headroom < 31 && !((uint32_t)x & (0x80000000u >> headroom))) headroom++;
  *bits_over_unit = integer_bits - headroom;
  const uint32_t shifted = ((uint32_t)x << headroom) - 0x80000000u;
  return one_over_one_plus((int32_t)shifted);
}

float er_expf(float x) {
  if (x != x) return x;
  if (x > 88.72283f) return 3.402823466e+38f * 2.0f;
  if (x < -87.33654f) return 0.0f;
  // x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts so that r keeps its low bits.
  const float scaled = x * 1.44269504f;
  const int32_t n = (int32_t)(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
  const float r = (x - (float)n * 0.693359375f) - (float)n * -2.12194440e-4f;
  float sum = 1.9841270e-4f;
  sum = sum * r + 1.3888889e-3f;
  sum = sum * r + 8.3333333e-3f;
  sum = sum * r + 4.1666667e-2f;
  sum = sum * r + 1.6666667e-1f;
  sum = sum * r + 0.5f;
  sum = sum * (r * r) + r + 1.0f;
  // 2^n in two factors: n reaches 128, one more than a float's exponent holds.
  const int32_t first = n / 2;
  const uint32_t bits[2] = {(uint32_t)(first + 127) << 23, (uint32_t)(n - first + 127) << 23};
  float power[2];
  memcpy(power, bits, sizeof power);
  return sum * power[0] * power[1];
}
