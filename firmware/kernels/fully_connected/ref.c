#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

void er_fully_connected_s8_ref(const er_kernel_call_t* call) {
  const er_fully_connected_s8_params_t* p = (const er_fully_connected_s8_params_t*)call->params;
  const int8_t* input = (const int8_t*)call->in[0];
  const int8_t* weights = (const int8_t*)call->in[1];
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  int8_t* output = (int8_t*)call->out[0];

  for (int32_t row = 0; row < p->rows; row++) {
    const int8_t* x = input + row * p->in_features;
    for (int32_t o = 0; o < p->out_features; o++) {
      const int8_t* w = weights + o * p->in_features;
      int32_t acc = bias ? bias[o] : 0;
      for (int32_t i = 0; i < p->in_features; i++) {
        acc = er_wrap_add(acc, (x[i] + p->input_offset) * w[i]);
      }
      acc = er_multiply_by_quantized_multiplier(acc, multiplier[o], shift[o]);
      acc = er_wrap_add(acc, p->output_offset);
      *output++ = (int8_t)er_clamp(acc, p->act_min, p->act_max);
    }
  }
}

void er_fully_connected_f32_ref(const er_kernel_call_t* call) {
  const er_fully_connected_f32_params_t* p = (const er_fully_connected_f32_params_t*)call->params;
  const float* input = (const float*)call->in[0];
  const float* weights = (const float*)call->in[1];
  const float* bias = (const float*)call->in[2];
  float* output = (float*)call->out[0];

  for (int32_t row = 0; row < p->rows; row++) {
    const float* x = input + row * p->in_features;
    for (int32_t o = 0; o < p->out_features; o++) {
      const float* w = weights + o * p->in_features;
      float total = 0.0f;
      for (int32_t i = 0; i < p->in_features; i++) total += x[i] * w[i];
      if (bias) total += bias[o];
      if (total < p->act_min) total = p->act_min;
      if (total > p->act_max) total = p->act_max;
      *output++ = total;
    }
  }
}
