// What needs more than single precision inside. Without a double unit an evaluation takes a few
// thousand cycles; these are no activations of networks that are meant for small boards.
#include "firmware/kernels/common/float_math.h"

static uint64_t double_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double double_of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static const double kLn2 = 0.69314718055994531;

// log(x) for a positive normal double, relative error below 1e-11: m 2^e with m around 1, then the
// series of 2 atanh(f / (2 + f)), |f / (2 + f)| < 0.172.
static double log_of(double x) {
  uint64_t bits = double_bits(x);
  // Adds 1 - sqrt(1/2) to the mantissa's field, so that m comes to lie in [sqrt(1/2), sqrt(2)).
  bits += 0x3FF0000000000000ull - 0x3FE6A09E667F3BCDull;
  const int32_t exponent = (int32_t)(bits >> 52) - 1023;
  const double m = double_of_bits((bits & 0x000FFFFFFFFFFFFFull) + 0x3FE6A09E667F3BCDull);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  static const double kOdd[] = {1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3};
  double sum = 0.0;
  for (uint32_t k = 0; k < sizeof kOdd / sizeof kOdd[0]; k++) sum = (sum + kOdd[k]) * z;
  return (double)exponent * kLn2 + (2.0 * s + 2.0 * s * sum);
}

// e^x for |x| < 200, relative error below 1e-12: Taylor's series after x = n ln 2 + r.
static double exp_of(double x) {
  const int32_t n = (int32_t)(x * 1.4426950408889634 + (x < 0.0 ? -0.5 : 0.5));
  const double r = x - (double)n * kLn2;
  // 1 / 11! down to 1 / 2!
  static const double kFactorials[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
                                       1.0 / 5040,     1.0 / 720,     1.0 / 120,    1.0 / 24,
                                       1.0 / 6,        1.0 / 2};
  double sum = 0.0;
  for (uint32_t k = 0; k < sizeof kFactorials / sizeof kFactorials[0]; k++) {
    sum = sum * r + kFactorials[k];
  }
  sum = sum * (r * r) + r + 1.0;
  return sum * double_of_bits((uint64_t)(n + 1023) << 52);
}

// One step of Newton after the single-precision root: about 46 bits. 0 <= x < 3e38.
static double sqrt_of(double x) {
  const double root = (double)er_sqrtf((float)x);
  return root > 0.0 ? 0.5 * (root + x / root) : 0.0;
}

float er_logf(float x) {
  if (x != x || x == ER_INFINITY) return x;
  if (x == 0.0f) return -ER_INFINITY;
  return x < 0.0f ? ER_NAN : (float)log_of((double)x);
}

float er_softplusf(float x) {
  if (x > 20.0f || x != x) return x;
  if (x < -104.0f) return 0.0f;
  const double e = exp_of((double)x);
  // log(1 + e) of a small e would lose what 1 + e rounds away.
  return e < 1.0e-4 ? (float)(e - 0.5 * e * e) : (float)log_of(1.0 + e);
}

static int is_integer(float y) { return er_floorf(y) == y; }
static int is_odd(float y) { return is_integer(y) && er_floorf(0.5f * y) != 0.5f * y; }

float er_powf(float x, float y) {
  if (y == 0.0f || x == 1.0f) return 1.0f;
  if (x != x || y != y) return x + y;
  if (y == 2.0f) return x * x;
  const float size = er_fabsf(x);
  if (er_fabsf(y) == ER_INFINITY) {
    if (size == 1.0f) return 1.0f;
    return (size > 1.0f) == (y > 0.0f) ? ER_INFINITY : 0.0f;
  }
  float result;
  if (size == 0.0f || size == ER_INFINITY) {
    result = (size == ER_INFINITY) == (y > 0.0f) ? ER_INFINITY : 0.0f;
  } else {
    if (x < 0.0f && !is_integer(y)) return ER_NAN;
    const double power = (double)y * log_of((double)size);
    result = power > 100.0 ? ER_INFINITY : (power < -110.0 ? 0.0f : (float)exp_of(power));
  }
  return er_float_bits(x) >> 31 && is_odd(y) ? -result : result;
}

float er_sinhf(float x) {
  const float size = er_fabsf(x);
  if (size < 0.02f) return x + x * x * x * (1.0f / 6.0f);
  if (!(size < 100.0f)) return x != x ? x : er_copysignf(ER_INFINITY, x);
  const double e = exp_of((double)size);
  return er_copysignf((float)(0.5 * (e - 1.0 / e)), x);
}

float er_coshf(float x) {
  if (x != x) return x;
  if (er_fabsf(x) > 100.0f) return ER_INFINITY;
  const double e = exp_of((double)x);
  return (float)(0.5 * (e + 1.0 / e));
}

float er_asinhf(float x) {
  const float size = er_fabsf(x);
  if (size < 0.01f) return er_copysignf(size - size * size * size * (1.0f / 6.0f), x);
  if (!(size < ER_INFINITY)) return x;
  const double a = (double)size;
  const double value = size > 1.0e8f ? log_of(a) + kLn2 : log_of(a + sqrt_of(a * a + 1.0));
  return er_copysignf((float)value, x);
}

float er_acoshf(float x) {
  if (!(x >= 1.0f)) return ER_NAN;
  if (x == ER_INFINITY) return x;
  const double a = (double)x;
  return (float)(x > 1.0e8f ? log_of(a) + kLn2 : log_of(a + sqrt_of((a - 1.0) * (a + 1.0))));
}

float er_atanhf(float x) {
  const float size = er_fabsf(x);
  if (size < 0.01f) return x + x * x * x * (1.0f / 3.0f);
  if (size == 1.0f) return er_copysignf(ER_INFINITY, x);
  if (!(size < 1.0f)) return ER_NAN;
  const double a = (double)x;
  return (float)(0.5 * log_of((1.0 + a) / (1.0 - a)));
}
