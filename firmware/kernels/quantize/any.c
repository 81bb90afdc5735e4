// Conversions of every integer type, per axis, with either rounding.
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/quantize/quantize.h"

static int32_t lowest(int32_t dtype) {
  return dtype == ER_DTYPE_S8 ? INT8_MIN : (dtype == ER_DTYPE_U8 ? 0 : INT16_MIN);
}
static int32_t highest(int32_t dtype) {
  return dtype == ER_DTYPE_S8 ? INT8_MAX : (dtype == ER_DTYPE_U8 ? UINT8_MAX : INT16_MAX);
}

static int32_t rounded(float value, int32_t half_to_even) {
  if (value != value) return 0;
  if (value < -1.0e6f) return -1000000;
  if (value > 1.0e6f) return 1000000;
  if (half_to_even) return (int32_t)er_rintf(value);
  const int32_t whole = (int32_t)value;
  const float rest = value - (float)whole;
  return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

void er_quantize_any_ref(const er_kernel_call_t* call) {
  const er_quantize_any_params_t* p = (const er_quantize_any_params_t*)call->params;
  const float* scales = (const float*)call->in[1];
  const int32_t* zero_points = (const int32_t*)call->in[2];
  int32_t at = 0;
  for (int32_t i = 0; i < p->axis.outer; i++) {
    for (int32_t c = 0; c < p->axis.depth; c++) {
      for (int32_t k = 0; k < p->axis.inner; k++, at++) {
        const float x = ((const float*)call->in[0])[at];
        const int32_t q = er_wrap_add(rounded(x / scales[c], p->half_to_even), zero_points[c]);
        er_store_integer(call->out[0], p->dtype, at,
                         er_clamp(q, lowest(p->dtype), highest(p->dtype)));
      }
    }
  }
}

void er_dequantize_any_ref(const er_kernel_call_t* call) {
  const er_quantize_any_params_t* p = (const er_quantize_any_params_t*)call->params;
  const float* scales = (const float*)call->in[1];
  const int32_t* zero_points = (const int32_t*)call->in[2];
  int32_t at = 0;
  for (int32_t i = 0; i < p->axis.outer; i++) {
    for (int32_t c = 0; c < p->axis.depth; c++) {
      for (int32_t k = 0; k < p->axis.inner; k++, at++) {
        const int32_t q = (int32_t)er_load_integer(call->in[0], p->dtype, at);
        ((float*)call->out[0])[at] = scales[c] * (float)er_wrap_sub(q, zero_points[c]);
      }
    }
  }
}

void er_requantize_any_ref(const er_kernel_call_t* call) {
  const er_requantize_any_params_t* p = (const er_requantize_any_params_t*)call->params;
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t x = (int32_t)er_load_integer(call->in[0], p->from, i);
    const int32_t q = er_multiply_by_quantized_multiplier(er_wrap_add(x, p->input_offset),
                                                          p->multiplier, p->shift);
    er_store_integer(call->out[0], p->to, i,
                     er_clamp(er_wrap_add(q, p->output_offset), lowest(p->to), highest(p->to)));
  }
}
