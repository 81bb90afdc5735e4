#include "firmware/kernels/common/dot_f32.h"

float er_dot_f32(const float* a, const float* b, int32_t count) {
  float sum0 = 0.0f, sum1 = 0.0f, sum2 = 0.0f, sum3 = 0.0f;
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    sum0 += a[i] * b[i];
    sum1 += a[i + 1] * b[i + 1];
    sum2 += a[i + 2] * b[i + 2];
    sum3 += a[i + 3] * b[i + 3];
  }
  for (; i < count; i++) sum0 += a[i] * b[i];
  return (sum0 + sum1) + (sum2 + sum3);
}
