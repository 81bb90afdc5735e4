#include "firmware/kernels/common/dynamic_quantize.h"

// Half away from zero after the clamp; NaN becomes 0.
static inline int8_t round_to_s8(float value, float low, float high) {
  if (!(value >= low)) value = value < low ? low : 0.0f;
  if (value > high) value = high;
  const int32_t whole = (int32_t)value;
  const float rest = value - (float)whole;
  return (int8_t)(whole + (rest >= 0.5f) - (rest <= -0.5f));
}

static er_dynamic_scale_t quantize_symmetric(const float* x, int32_t count, float range,
                                             int8_t* q) {
  const float inverse = 127.0f / range;
  for (int32_t i = 0; i < count; i++) q[i] = round_to_s8(x[i] * inverse, -127.0f, 127.0f);
  const er_dynamic_scale_t s = {range / 127.0f, 0};
  return s;
}

// In double, as TFLite does it: once per tensor, so that a core without a double FPU can bear it.
static er_dynamic_scale_t asymmetric_scale(double low, double high) {
  const double scale = (high - low) / 255.0;
  const double from_low = -128.0 - low / scale;
  const double from_high = 127.0 - high / scale;
  // The end of the range with the smaller rounding error decides: 128 + |low| against 127 + |high|.
  const double low_error = 128.0 - low / scale;
  const double high_error = 127.0 + high / scale;
  const double zero_point = low_error < high_error ? from_low : from_high;
  er_dynamic_scale_t s = {(float)scale, 0};
  if (zero_point <= -128.0) {
    s.zero_point = -128;
  } else if (zero_point >= 127.0) {
    s.zero_point = 127;
  } else if (zero_point == zero_point) {
    const int32_t whole = (int32_t)zero_point;
    const double rest = zero_point - (double)whole;
    s.zero_point = whole + (rest >= 0.5) - (rest <= -0.5);
  }
  return s;
}

er_dynamic_scale_t er_quantize_dynamic(const float* x, int32_t count, int32_t asymmetric,
                                       int8_t* q) {
  float low = 0.0f, high = 0.0f;
  for (int32_t i = 0; i < count; i++) {
    if (x[i] < low) low = x[i];
    if (x[i] > high) high = x[i];
  }
  if (low == high) {
    for (int32_t i = 0; i < count; i++) q[i] = 0;
    const er_dynamic_scale_t nothing = {1.0f, 0};
    return nothing;
  }
  if (!asymmetric) return quantize_symmetric(x, count, -low > high ? -low : high, q);
  const er_dynamic_scale_t s = asymmetric_scale((double)low, (double)high);
  const float inverse = 1.0f / s.scale;
  const float zero_point = (float)s.zero_point;
  for (int32_t i = 0; i < count; i++) {
    q[i] = round_to_s8(zero_point + x[i] * inverse, -128.0f, 127.0f);
  }
  return s;
}
