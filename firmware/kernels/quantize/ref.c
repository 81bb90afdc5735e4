#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/quantize/quantize.h"

// Half away from zero, saturated far outside of any int8 result; NaN becomes 0.
static int32_t round_to_int(float value) {
  if (!(value > -1.0e6f)) return value < 0.0f ? -1000000 : 0;
  if (value > 1.0e6f) return 1000000;
  const int32_t whole = (int32_t)value;
  const float rest = value - (float)whole;
  if (rest >= 0.5f) return whole + 1;
  if (rest <= -0.5f) return whole - 1;
  return whole;
}

void er_quantize_f32_s8_ref(const er_kernel_call_t* call) {
  const er_quantize_params_t* p = (const er_quantize_params_t*)call->params;
  const float* input = (const float*)call->in[0];
  int8_t* output = (int8_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t q = er_wrap_add(round_to_int(input[i] / p->scale), p->zero_point);
    output[i] = (int8_t)er_clamp(q, INT8_MIN, INT8_MAX);
  }
}

void er_dequantize_s8_f32_ref(const er_kernel_call_t* call) {
  const er_quantize_params_t* p = (const er_quantize_params_t*)call->params;
  const int8_t* input = (const int8_t*)call->in[0];
  float* output = (float*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    output[i] = p->scale * (float)er_wrap_sub(input[i], p->zero_point);
  }
}

void er_requantize_s8_ref(const er_kernel_call_t* call) {
  const er_requantize_s8_params_t* p = (const er_requantize_s8_params_t*)call->params;
  const int8_t* input = (const int8_t*)call->in[0];
  int8_t* output = (int8_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t q = er_multiply_by_quantized_multiplier(er_wrap_add(input[i], p->input_offset),
                                                          p->multiplier, p->shift);
    output[i] = (int8_t)er_clamp(er_wrap_add(q, p->output_offset), INT8_MIN, INT8_MAX);
  }
}
