#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/pool2d/pool2d.h"

// The part of one output's window that lies inside the input: [begin, end) in both directions.
typedef struct {
  int32_t y_begin, y_end, x_begin, x_end;
} window_t;

static window_t window_of(const er_pool2d_shape_t* s, int32_t oy, int32_t ox) {
  const int32_t y = oy * s->stride_h - s->pad_top;
  const int32_t x = ox * s->stride_w - s->pad_left;
  window_t w = {er_clamp(y, 0, s->in_h), er_clamp(y + s->kernel_h, 0, s->in_h),
                er_clamp(x, 0, s->in_w), er_clamp(x + s->kernel_w, 0, s->in_w)};
  return w;
}

static int8_t max_s8(const int8_t* at, const window_t* w, const er_pool2d_shape_t* s) {
  int8_t best = INT8_MIN;
  for (int32_t y = w->y_begin; y < w->y_end; y++) {
    for (int32_t x = w->x_begin; x < w->x_end; x++) {
      const int8_t value = at[(y * s->in_w + x) * s->channels];
      if (value > best) best = value;
    }
  }
  return best;
}

static int32_t sum_s8(const int8_t* at, const window_t* w, const er_pool2d_shape_t* s) {
  int32_t sum = 0;
  for (int32_t y = w->y_begin; y < w->y_end; y++) {
    for (int32_t x = w->x_begin; x < w->x_end; x++) {
      sum = er_wrap_add(sum, at[(y * s->in_w + x) * s->channels]);
    }
  }
  return sum;
}

// Half away from zero; count above 0.
static int32_t rounded_mean(int32_t sum, int32_t count) {
  return (sum > 0 ? er_wrap_add(sum, count / 2) : er_wrap_sub(sum, count / 2)) / count;
}

static int32_t average_s8(const int8_t* at, const window_t* w, const er_pool2d_shape_t* s) {
  const int32_t count = (w->y_end - w->y_begin) * (w->x_end - w->x_begin);
  if (count <= 0) return 0;
  return rounded_mean(sum_s8(at, w, s), count);
}

// The largest element or the average.
static int32_t value_s16(const int16_t* at, const window_t* w, const er_pool2d_shape_t* s,
                         int average) {
  const int32_t count = (w->y_end - w->y_begin) * (w->x_end - w->x_begin);
  int32_t best = INT16_MIN, sum = 0;
  for (int32_t y = w->y_begin; y < w->y_end; y++) {
    for (int32_t x = w->x_begin; x < w->x_end; x++) {
      const int32_t value = at[(y * s->in_w + x) * s->channels];
      if (value > best) best = value;
      sum = er_wrap_add(sum, value);
    }
  }
  if (!average) return best;
  return count > 0 ? rounded_mean(sum, count) : 0;
}

static float max_f32(const float* at, const window_t* w, const er_pool2d_shape_t* s) {
  float best = -3.402823466e+38f;
  for (int32_t y = w->y_begin; y < w->y_end; y++) {
    for (int32_t x = w->x_begin; x < w->x_end; x++) {
      const float value = at[(y * s->in_w + x) * s->channels];
      if (value > best) best = value;
    }
  }
  return best;
}

static float average_f32(const float* at, const window_t* w, const er_pool2d_shape_t* s) {
  const int32_t count = (w->y_end - w->y_begin) * (w->x_end - w->x_begin);
  if (count <= 0) return 0.0f;
  float sum = 0.0f;
  for (int32_t y = w->y_begin; y < w->y_end; y++) {
    for (int32_t x = w->x_begin; x < w->x_end; x++) {
      sum += at[(y * s->in_w + x) * s->channels];
    }
  }
  return sum / (float)count;
}

static void pool_s8(const er_kernel_call_t* call, int average) {
  const er_pool2d_s8_params_t* p = (const er_pool2d_s8_params_t*)call->params;
  const er_pool2d_shape_t* s = &p->shape;
  int8_t* output = (int8_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    const int8_t* image = (const int8_t*)call->in[0] + n * s->in_h * s->in_w * s->channels;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        const window_t w = window_of(s, oy, ox);
        for (int32_t c = 0; c < s->channels; c++) {
          const int32_t value = average ? average_s8(image + c, &w, s) : max_s8(image + c, &w, s);
          *output++ = (int8_t)er_clamp(value, p->act_min, p->act_max);
        }
      }
    }
  }
}

static void pool_s16(const er_kernel_call_t* call, int average) {
  const er_pool2d_s16_params_t* p = (const er_pool2d_s16_params_t*)call->params;
  const er_pool2d_shape_t* s = &p->shape;
  int16_t* output = (int16_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    const int16_t* image = (const int16_t*)call->in[0] + n * s->in_h * s->in_w * s->channels;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        const window_t w = window_of(s, oy, ox);
        for (int32_t c = 0; c < s->channels; c++) {
          const int32_t value = value_s16(image + c, &w, s, average);
          *output++ = (int16_t)er_clamp(value, p->act_min, p->act_max);
        }
      }
    }
  }
}

static void pool_f32(const er_kernel_call_t* call, int average) {
  const er_pool2d_f32_params_t* p = (const er_pool2d_f32_params_t*)call->params;
  const er_pool2d_shape_t* s = &p->shape;
  float* output = (float*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    const float* image = (const float*)call->in[0] + n * s->in_h * s->in_w * s->channels;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        const window_t w = window_of(s, oy, ox);
        for (int32_t c = 0; c < s->channels; c++) {
          float value = average ? average_f32(image + c, &w, s) : max_f32(image + c, &w, s);
          if (value < p->act_min) value = p->act_min;
          if (value > p->act_max) value = p->act_max;
          *output++ = value;
        }
      }
    }
  }
}

void er_max_pool2d_s8_ref(const er_kernel_call_t* call) { pool_s8(call, 0); }
void er_avg_pool2d_s8_ref(const er_kernel_call_t* call) { pool_s8(call, 1); }
void er_max_pool2d_s16_ref(const er_kernel_call_t* call) { pool_s16(call, 0); }
void er_avg_pool2d_s16_ref(const er_kernel_call_t* call) { pool_s16(call, 1); }
void er_max_pool2d_f32_ref(const er_kernel_call_t* call) { pool_f32(call, 0); }
void er_avg_pool2d_f32_ref(const er_kernel_call_t* call) { pool_f32(call, 1); }
