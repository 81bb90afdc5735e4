// Functions of e^x that networks use as activations: single precision, no division where avoidable.
#include "firmware/kernels/common/float_math.h"

// 2^n for n in [-126, 127].
static float power_of_two(int32_t n) { return er_float_of_bits((uint32_t)(n + 127) << 23); }

float er_expm1f(float x) {
  if (x != x) return x;
  if (x > 88.72283f) return ER_INFINITY;
  if (x < -17.5f) return -1.0f;
  // x = n ln 2 + r as in er_expf; e^r - 1 is Taylor's series, whose first term left out is
  // r^8 / 8! < 2^-27 r for |r| <= ln 2 / 2.
  const float scaled = x * 1.44269504f;
  const int32_t n = (int32_t)(scaled + (scaled < 0.0f ? -0.5f : 0.5f));
  const float r = (x - (float)n * 0.693359375f) - (float)n * -2.12194440e-4f;
  float sum = 1.9841270e-4f;
  sum = sum * r + 1.3888889e-3f;
  sum = sum * r + 8.3333333e-3f;
  sum = sum * r + 4.1666667e-2f;
  sum = sum * r + 1.6666667e-1f;
  sum = sum * r + 0.5f;
  sum = sum * (r * r) + r;
  if (n == 0) return x == 0.0f ? x : sum;
  if (n == 128) return (sum + 1.0f) * power_of_two(127) * 2.0f;
  const float power = power_of_two(n);
  return sum * power + (power - 1.0f);
}

float er_tanhf(float x) {
  const float size = er_fabsf(x);
  if (x == 0.0f) return x;
  if (size <= 0.625f) {
    // fit_polynomials.py: relative error 4e-9.
    const float z = x * x;
    float sum = -5.704042524e-3f;
    sum = sum * z + 2.063786149e-2f;
    sum = sum * z + -5.373915650e-2f;
    sum = sum * z + 1.333143175e-1f;
    sum = sum * z + -3.333328128e-1f;
    return x + x * (z * sum);
  }
  if (x != x) return x;
  if (size > 9.1f) return er_copysignf(1.0f, x);
  return er_copysignf(1.0f - 2.0f / (er_expf(2.0f * size) + 1.0f), x);
}

float er_sigmoidf(float x) {
  if (x >= 0.0f) return 1.0f / (1.0f + er_expf(-x));
  const float e = er_expf(x);  // x is negative or NaN
  return e / (1.0f + e);
}

float er_erff(float x) {
  const float size = er_fabsf(x);
  if (x == 0.0f) return x;
  if (size < 1.0f) {
    // fit_polynomials.py: relative error 4e-11.
    const float z = x * x;
    float sum = -9.673590739e-6f;
    sum = sum * z + 1.126825386e-4f;
    sum = sum * z + -8.484396545e-4f;
    sum = sum * z + 5.221053412e-3f;
    sum = sum * z + -2.686543831e-2f;
    sum = sum * z + 1.128378262e-1f;
    sum = sum * z + -3.761263848e-1f;
    // 2 / sqrt(pi) = 1 + 0.128...: x stays exact.
    return x + x * (sum * z + 1.283791671e-1f);
  }
  if (x != x) return x;
  if (size >= 4.0f) return er_copysignf(1.0f, x);
  // 1 - erfc, and erfc = e^-p; fit_polynomials.py: error of erf 5e-12.
  float p = -7.342135761e-7f;
  p = p * size + 1.163508541e-5f;
  p = p * size + -5.854850770e-5f;
  p = p * size + -1.252435030e-4f;
  p = p * size + 3.420319264e-3f;
  p = p * size + -2.393699605e-2f;
  p = p * size + 1.070715909e-1f;
  p = p * size + 6.341199360e-1f;
  p = p * size + 1.129234091f;
  p = p * size + -1.305399702e-4f;
  return er_copysignf(1.0f - er_expf(-p), x);
}
