#include "firmware/kernels/add/add.h"
#include "firmware/kernels/common/fixed_point.h"

void er_add_s8_ref(const er_kernel_call_t* call) {
  const er_add_s8_params_t* p = (const er_add_s8_params_t*)call->params;
  const int8_t* a = (const int8_t*)call->in[0];
  const int8_t* b = (const int8_t*)call->in[1];
  int8_t* output = (int8_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t left = er_multiply_by_quantized_multiplier(
        er_wrap_shift_left(a[i] + p->a_offset, p->left_shift), p->a_multiplier, p->a_shift);
    const int32_t right = er_multiply_by_quantized_multiplier(
        er_wrap_shift_left(b[i] + p->b_offset, p->left_shift), p->b_multiplier, p->b_shift);
    const int32_t sum = er_multiply_by_quantized_multiplier(er_wrap_add(left, right),
                                                            p->output_multiplier, p->output_shift);
    output[i] = (int8_t)er_clamp(er_wrap_add(sum, p->output_offset), p->act_min, p->act_max);
  }
}

void er_add_f32_ref(const er_kernel_call_t* call) {
  const er_add_f32_params_t* p = (const er_add_f32_params_t*)call->params;
  const float* a = (const float*)call->in[0];
  const float* b = (const float*)call->in[1];
  float* output = (float*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    float sum = a[i] + b[i];
    if (sum < p->act_min) sum = p->act_min;
    if (sum > p->act_max) sum = p->act_max;
    output[i] = sum;
  }
}
