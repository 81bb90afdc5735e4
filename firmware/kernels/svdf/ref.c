#include "firmware/kernels/common/dot_f32.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/svdf/svdf.h"

void er_svdf_f32_ref(const er_kernel_call_t* call) {
  const er_svdf_f32_params_t* p = (const er_svdf_f32_params_t*)call->params;
  const er_svdf_shape_t s = p->shape;
  const float* bias = (const float*)call->in[3];
  const float* state = (const float*)call->in[4];
  float* next = (float*)call->out[1];
  float* y = (float*)call->out[0];
  for (int32_t b = 0; b < s.batch; b++) {
    const float* x = (const float*)call->in[0] + b * s.inputs;
    const float* wf = (const float*)call->in[1];
    const float* wt = (const float*)call->in[2];
    for (int32_t u = 0; u < s.units; u++) {
      float sum = bias ? bias[u] : 0.0f;
      for (int32_t r = 0; r < s.rank; r++) {
        for (int32_t t = 0; t + 1 < s.memory; t++) next[t] = state[t + 1];
        next[s.memory - 1] = er_dot_f32(wf, x, s.inputs);
        sum += er_dot_f32(wt, next, s.memory);
        wf += s.inputs;
        wt += s.memory;
        state += s.memory;
        next += s.memory;
      }
      if (sum < p->act_min) sum = p->act_min;
      if (sum > p->act_max) sum = p->act_max;
      *y++ = sum;
    }
  }
}

void er_svdf_s8_ref(const er_kernel_call_t* call) {
  const er_svdf_s8_params_t* p = (const er_svdf_s8_params_t*)call->params;
  const er_svdf_shape_t s = p->shape;
  const int32_t* bias = (const int32_t*)call->in[3];
  const int16_t* state = (const int16_t*)call->in[4];
  int16_t* next = (int16_t*)call->out[1];
  int8_t* y = (int8_t*)call->out[0];
  for (int32_t b = 0; b < s.batch; b++) {
    const int8_t* x = (const int8_t*)call->in[0] + b * s.inputs;
    const int8_t* wf = (const int8_t*)call->in[1];
    const int16_t* wt = (const int16_t*)call->in[2];
    for (int32_t u = 0; u < s.units; u++) {
      int32_t sum = bias ? bias[u] : 0;
      for (int32_t r = 0; r < s.rank; r++) {
        int32_t feature = 0;
        for (int32_t i = 0; i < s.inputs; i++) {
          feature = er_wrap_add(feature, wf[i] * (x[i] + p->input_offset));
        }
        feature = er_multiply_by_quantized_multiplier(feature, p->state_multiplier, p->state_shift);
        for (int32_t t = 0; t + 1 < s.memory; t++) next[t] = state[t + 1];
        next[s.memory - 1] = (int16_t)er_clamp(feature, INT16_MIN, INT16_MAX);
        for (int32_t t = 0; t < s.memory; t++) sum = er_wrap_add(sum, wt[t] * next[t]);
        wf += s.inputs;
        wt += s.memory;
        state += s.memory;
        next += s.memory;
      }
      sum = er_multiply_by_quantized_multiplier(sum, p->output_multiplier, p->output_shift);
      *y++ = (int8_t)er_clamp(er_wrap_add(sum, p->output_offset), p->act_min, p->act_max);
    }
  }
}
