#include "firmware/kernels/common/exponential.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/softmax/softmax.h"

enum { kSumIntegerBits = 12 };  // the sum of exponentials is kept in Q12.19

static int32_t exp_of(const er_softmax_s8_params_t* p, int32_t difference) {
  return er_exp_on_negative_q5_26(er_doubling_high_mul(
      er_wrap_shift_left(difference, p->input_left_shift), p->input_multiplier));
}

void er_softmax_line_s8(const er_softmax_s8_params_t* p, int32_t depth, int32_t step,
                        const int8_t* in, int8_t* out) {
  const int32_t end = depth * step;
  int32_t max = INT8_MIN;
  for (int32_t i = 0; i < end; i += step) {
    if (in[i] > max) max = in[i];
  }
  int32_t sum = 0;
  for (int32_t i = 0; i < end; i += step) {
    if (in[i] - max < p->diff_min) continue;
    sum = er_wrap_add(sum, er_rounding_divide_by_pot(exp_of(p, in[i] - max), kSumIntegerBits));
  }
  int32_t bits_over_unit;
  const int32_t scale = er_reciprocal(sum, kSumIntegerBits, &bits_over_unit);
  for (int32_t i = 0; i < end; i += step) {
    if (in[i] - max < p->diff_min) {
      out[i] = INT8_MIN;
      continue;
    }
    const int32_t value = er_rounding_divide_by_pot(
        er_doubling_high_mul(scale, exp_of(p, in[i] - max)), bits_over_unit + 31 - 8);
    out[i] = (int8_t)er_clamp(er_wrap_add(value, INT8_MIN), INT8_MIN, INT8_MAX);
  }
}

void er_softmax_s8_ref(const er_kernel_call_t* call) {
  const er_softmax_s8_params_t* p = (const er_softmax_s8_params_t*)call->params;
  for (int32_t row = 0; row < p->rows; row++) {
    er_softmax_line_s8(p, p->depth, 1, (const int8_t*)call->in[0] + row * p->depth,
                       (int8_t*)call->out[0] + row * p->depth);
  }
}

void er_softmax_f32_ref(const er_kernel_call_t* call) {
  const er_softmax_f32_params_t* p = (const er_softmax_f32_params_t*)call->params;
  for (int32_t row = 0; row < p->rows; row++) {
    const float* in = (const float*)call->in[0] + row * p->depth;
    float* out = (float*)call->out[0] + row * p->depth;
    float max = in[0];
    for (int32_t i = 1; i < p->depth; i++) {
      if (in[i] > max) max = in[i];
    }
    float sum = 0.0f;
    for (int32_t i = 0; i < p->depth; i++) {
      out[i] = er_expf((in[i] - max) * p->beta);
      sum += out[i];
    }
    for (int32_t i = 0; i < p->depth; i++) out[i] = out[i] / sum;
  }
}
