#include "firmware/kernels/common/fixed_math_s16.h"

#include "firmware/kernels/common/fixed_point.h"

// Numbers below are named by their integer bits: q0 has 15 fractional bits, q2 13, and so on. They
// are kept in int32 and wrap to int16 where the original does.

static int32_t wrap16(int32_t x) { return (int16_t)(uint16_t)(uint32_t)x; }
static int32_t saturate16(int32_t x) { return er_clamp(x, INT16_MIN, INT16_MAX); }

// round(a * b / 2^15), ties up.
static int32_t multiply(int32_t a, int32_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  return (a * b + (1 << 14)) >> 15;
}

// x * 2^bits, saturating.
static int32_t shift_up(int32_t x, int32_t bits) {
  const int32_t threshold = (1 << (15 - bits)) - 1;
  if (x > threshold) return INT16_MAX;
  if (x < -threshold) return INT16_MIN;
  return x * (1 << bits);
}

// exp(a) for a in [-1/4, 0), q0: Taylor's series around -1/8.
static int32_t exp_on_last_quarter(int32_t a) {
  const int32_t exp_minus_eighth = 28918, one_third = 10923;
  const int32_t x = a + (1 << 12);
  const int32_t x2 = multiply(x, x);
  const int32_t x3 = multiply(x2, x);
  const int32_t x4_over_4 = er_rounding_divide_by_pot(multiply(x2, x2), 2);
  const int32_t tail = er_rounding_divide_by_pot(multiply(x4_over_4 + x3, one_third) + x2, 1);
  return saturate16(exp_minus_eighth + multiply(exp_minus_eighth, wrap16(x + tail)));
}

// exp(x) for x <= 0; result q0.
static int32_t exp_on_negative(int32_t x, int32_t integer_bits) {
  // exp(-2^k) for k = -2 .. 4, q0.
  static const int16_t kPowers[7] = {25520, 19875, 12055, 4435, 600, 11, 0};
  if (x == 0) return INT16_MAX;
  const int32_t fraction_bits = 15 - integer_bits;
  const int32_t quarter = 1 << (fraction_bits - 2);
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = wrap16(last - x);
  int32_t result = exp_on_last_quarter(shift_up(last, integer_bits));
  for (int32_t k = -2; k < integer_bits && k <= 4; k++) {
    if (rest & (1 << (fraction_bits + k))) result = multiply(result, kPowers[k + 2]);
  }
  if (integer_bits > 5 && x < -(1 << (20 - integer_bits))) return 0;
  return result;
}

// 2 / (1 + a) for a in [0, 1) in q2, by three steps of Newton and Raphson.
static int32_t two_over_one_plus(int32_t a) {
  const int32_t c48_over_17 = 23130, minus_32_over_17 = -15420, one = 1 << 13;
  const int32_t half = (a + INT16_MAX + 1) / 2;
  int32_t x = wrap16(c48_over_17 + multiply(half, minus_32_over_17));
  for (int step = 0; step < 3; step++) {
    const int32_t error = wrap16(one - multiply(half, x));
    x = wrap16(x + shift_up(multiply(x, error), 2));
  }
  return x;
}

int16_t er_sigmoid_s16(int16_t x, int32_t integer_bits) {
  if (x == 0) return 1 << 14;
  const int32_t negative = x > 0 ? -x : x;
  // Half of two_over_one_plus: the number has one integer bit less, so one shift is left.
  const int32_t y = shift_up(two_over_one_plus(exp_on_negative(negative, integer_bits)), 1);
  return (int16_t)(x > 0 ? y : INT16_MAX - y);
}

int16_t er_tanh_s16(int16_t x, int32_t integer_bits) {
  if (x == 0) return 0;
  const int32_t negative = x < 0 ? x : -x;
  // exp(2x): the same bits with one integer bit more.
  const int32_t e = exp_on_negative(negative, integer_bits + 1);
  const int32_t y = shift_up(wrap16(two_over_one_plus(e) - (1 << 13)), 2);
  return (int16_t)(x < 0 ? wrap16(-y) : y);
}
