// Sine and its kin, and their inverses.
#include "firmware/kernels/common/float_math.h"

static const float kHalfPi = 1.57079632679f;
static const float kHalfPiLow = -4.37113883e-8f;  // pi/2 - kHalfPi

// x = quadrant * pi/2 + *r with |*r| <= pi/4; the quadrant modulo 4. Payne's and Hanek's reduction:
// the mantissa times those bits of 2/pi that matter modulo 4, exact for every finite float.
static uint32_t quadrant_of(float x, float* r) {
  static const uint32_t kTwoOverPi[7] = {0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u,
                                         0xDB629599u, 0x3C439041u, 0xFE5163ABu};
  if (er_fabsf(x) <= 0.78539816f) {
    *r = x;
    return 0;
  }
  const uint32_t bits = er_float_bits(x) & 0x7FFFFFFFu;
  const uint32_t mantissa = (bits & 0x7FFFFFu) | 0x800000u;
  const int32_t exponent = (int32_t)(bits >> 23) - 150;  // |x| = mantissa * 2^exponent
  const uint32_t skip =
      exponent > 2 ? (uint32_t)exponent - 2 : 0;  // these bits give multiples of 4
  uint32_t window[3];
  for (uint32_t i = 0; i < 3; i++) {
    const uint32_t* word = &kTwoOverPi[skip / 32 + i];
    window[i] = skip % 32 ? (word[0] << (skip % 32)) | (word[1] >> (32 - skip % 32)) : word[0];
  }
  uint64_t carry = (uint64_t)mantissa * window[2];
  uint64_t low = (uint32_t)carry;
  carry = (uint64_t)mantissa * window[1] + (carry >> 32);
  low |= carry << 32;
  const uint64_t high = (uint64_t)mantissa * window[0] + (carry >> 32);
  // high:low is |x| * 2/pi * 2^(96 - shift); the quadrant's two bits go to the top of `turns`.
  const uint32_t shift = exponent > 2 ? 0 : (uint32_t)(2 - exponent);
  const uint64_t turns = (high << (32 - shift)) | (low >> (32 + shift));
  uint32_t quadrant = (uint32_t)(turns >> 62);
  int64_t fraction = (int64_t)(turns & 0x3FFFFFFFFFFFFFFFull);
  if (fraction >> 61) {
    fraction -= (int64_t)1 << 62;
    quadrant++;
  }
  // pi/2 * 2^-62
  const float size = (float)((double)fraction * 3.4061215800304594e-19);
  if (x > 0.0f) {
    *r = size;
    return quadrant & 3;
  }
  *r = -size;
  return (0u - quadrant) & 3;
}

// Taylor's series on [-pi/4, pi/4]: the first terms left out are below 2^-28.
static float sine_of(float r) {
  if (r == 0.0f) return r;
  const float z = r * r;
  float sum = 2.7557319e-6f;
  sum = sum * z + -1.9841270e-4f;
  sum = sum * z + 8.3333333e-3f;
  sum = sum * z + -1.6666667e-1f;
  return r + r * (z * sum);
}

static float cosine_of(float r) {
  const float z = r * r;
  float sum = -2.7557319e-7f;
  sum = sum * z + 2.4801587e-5f;
  sum = sum * z + -1.3888889e-3f;
  sum = sum * z + 4.1666667e-2f;
  return (1.0f - 0.5f * z) + z * z * sum;
}

static int not_finite(float x) { return !(er_fabsf(x) < ER_INFINITY); }

static float wave(float x, uint32_t quarter) {
  if (not_finite(x)) return x - x;
  float r;
  const uint32_t quadrant = quadrant_of(x, &r) + quarter;
  const float value = quadrant & 1 ? cosine_of(r) : sine_of(r);
  return quadrant & 2 ? -value : value;
}

float er_sinf(float x) { return wave(x, 0); }
float er_cosf(float x) { return wave(x, 1); }

float er_tanf(float x) {
  if (not_finite(x)) return x - x;
  float r;
  const uint32_t quadrant = quadrant_of(x, &r);
  if (quadrant & 1) return -cosine_of(r) / sine_of(r);
  return sine_of(r) / cosine_of(r);
}

// atan of x >= 0 plus `base` (base_low is what `base` lacks): around 0, around 1, or of 1 / x.
static float atan_of(float x) {
  float t = x, base = 0.0f, base_low = 0.0f;
  if (x > 2.41421356f) {
    t = -1.0f / x;
    base = kHalfPi;
    base_low = kHalfPiLow;
  } else if (x > 0.41421356f) {
    t = (x - 1.0f) / (x + 1.0f);
    base = 0.5f * kHalfPi;
    base_low = 0.5f * kHalfPiLow;
  }
  // fit_polynomials.py: relative error 7e-10.
  const float z = t * t;
  float sum = -6.071304112e-2f;
  sum = sum * z + 1.059077329e-1f;
  sum = sum * z + -1.424306416e-1f;
  sum = sum * z + 1.999844209e-1f;
  sum = sum * z + -3.333331458e-1f;
  return base + (t + (t * (z * sum) + base_low));
}

float er_atanf(float x) {
  if (x != x) return x;
  return er_copysignf(atan_of(er_fabsf(x)), x);
}

float er_atan2f(float y, float x) {
  if (x != x || y != y) return x + y;
  const float ax = er_fabsf(x), ay = er_fabsf(y);
  float angle;
  if (ay == 0.0f) {
    angle = 0.0f;
  } else if (ax == ay) {  // also two infinities
    angle = 0.5f * kHalfPi;
  } else {
    angle = atan_of(ay / ax);  // a zero or an infinity below gives its quarter
  }
  if (er_float_bits(x) >> 31) angle = 2.0f * kHalfPi - (angle - 2.0f * kHalfPiLow);
  return er_copysignf(angle, y);
}

// asin(s) - s for s * s = z <= 1/4; fit_polynomials.py: relative error 3e-10.
static float asin_rest(float s, float z) {
  float sum = 3.748978350e-2f;
  sum = sum * z + 1.445604761e-2f;
  sum = sum * z + 3.180376183e-2f;
  sum = sum * z + 4.451729919e-2f;
  sum = sum * z + 7.500503585e-2f;
  sum = sum * z + 1.666665996e-1f;
  return s * (z * sum);
}

// acos(x) for x in [1/2, 1] by the half angle.
static float acos_near_one(float x) {
  const float z = 0.5f * (1.0f - x);
  const float s = er_sqrtf(z);
  return 2.0f * (s + asin_rest(s, z));
}

float er_asinf(float x) {
  const float size = er_fabsf(x);
  if (!(size <= 1.0f)) return ER_NAN;
  if (size <= 0.5f) return er_copysignf(size + asin_rest(size, x * x), x);
  return er_copysignf(kHalfPi - (acos_near_one(size) - kHalfPiLow), x);
}

float er_acosf(float x) {
  const float size = er_fabsf(x);
  if (!(size <= 1.0f)) return ER_NAN;
  if (size <= 0.5f) return kHalfPi - (x + (asin_rest(x, x * x) - kHalfPiLow));
  const float near = acos_near_one(size);
  return x > 0.0f ? near : 2.0f * kHalfPi - (near - 2.0f * kHalfPiLow);
}
