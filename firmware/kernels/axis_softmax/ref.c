#include "firmware/kernels/axis_softmax/axis_softmax.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/common/float_math.h"

static void line_f32(const er_axis_softmax_f32_params_t* p, const float* x, float* y) {
  const int32_t end = p->axis.depth * p->axis.inner, step = p->axis.inner;
  int32_t best = 0;
  for (int32_t i = step; i < end; i += step) {
    if (x[i] > x[best]) best = i;
  }
  const float max = x[best];
  if (p->mode == ER_HARDMAX) {
    for (int32_t i = 0; i < end; i += step) y[i] = i == best ? 1.0f : 0.0f;
    return;
  }
  float sum = 0.0f;
  for (int32_t i = 0; i < end; i += step) {
    const float e = er_expf((x[i] - max) * p->beta);
    if (p->mode == ER_SOFTMAX) y[i] = e;
    sum += e;
  }
  const float log_sum = p->mode == ER_LOG_SOFTMAX ? er_logf(sum) : 0.0f;
  for (int32_t i = 0; i < end; i += step) {
    y[i] = er_one_nan(p->mode == ER_SOFTMAX ? y[i] / sum : (x[i] - max) - log_sum);
  }
}

void er_axis_softmax_f32_ref(const er_kernel_call_t* call) {
  const er_axis_softmax_f32_params_t* p = (const er_axis_softmax_f32_params_t*)call->params;
  const int32_t lines = p->axis.outer * p->axis.inner;
  for (int32_t line = 0; line < lines; line++) {
    const int32_t start = er_axis_start(&p->axis, line, p->axis.depth);
    line_f32(p, (const float*)call->in[0] + start, (float*)call->out[0] + start);
  }
}

static void log_line_s8(const er_axis_softmax_s8_params_t* p, const int8_t* x, int8_t* y) {
  const int32_t end = p->axis.depth * p->axis.inner, step = p->axis.inner;
  int32_t max = INT8_MIN;
  for (int32_t i = 0; i < end; i += step) {
    if (x[i] > max) max = x[i];
  }
  float sum = 0.0f;
  for (int32_t i = 0; i < end; i += step) sum += er_expf(-p->input_scale * (float)(max - x[i]));
  const float scale = p->input_scale / p->output_scale;
  const float shift = (p->input_scale * (float)max + er_logf(sum)) / p->output_scale;
  for (int32_t i = 0; i < end; i += step) {
    float q = er_rintf(scale * (float)x[i] - shift);
    // Beyond this any result saturates; a NaN of impossible scales becomes the lowest.
    if (!(q > -1.0e6f)) q = -1.0e6f;
    if (q > 1.0e6f) q = 1.0e6f;
    y[i] = (int8_t)er_clamp(er_wrap_add((int32_t)q, p->output_zero_point), INT8_MIN, INT8_MAX);
  }
}

void er_axis_softmax_s8_ref(const er_kernel_call_t* call) {
  const er_axis_softmax_s8_params_t* p = (const er_axis_softmax_s8_params_t*)call->params;
  const int32_t lines = p->axis.outer * p->axis.inner;
  for (int32_t line = 0; line < lines; line++) {
    const int32_t start = er_axis_start(&p->axis, line, p->axis.depth);
    const int8_t* x = (const int8_t*)call->in[0] + start;
    int8_t* y = (int8_t*)call->out[0] + start;
    if (p->mode == ER_SOFTMAX) {
      er_softmax_line_s8(&p->fixed, p->axis.depth, p->axis.inner, x, y);
    } else {
      log_line_s8(p, x, y);
    }
  }
}
