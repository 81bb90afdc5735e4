#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/pool_nd/pool_nd.h"

// What a window holds of one channel.
typedef struct {
  int32_t taps;    // inside the input
  int32_t padded;  // inside the input or its padding
  int32_t sum_s8, max_s8;
  float sum, max;  // sum: of x, |x| or x^2
} window_t;

static void add_f32(window_t* w, int32_t kind, float x) {
  if (x > w->max) w->max = x;
  if (kind == ER_POOL_L1) {
    w->sum += x < 0.0f ? -x : x;
  } else {
    w->sum += kind >= ER_POOL_L2 ? x * x : x;
  }
}

static void add_s8(window_t* w, int32_t x) {
  w->sum_s8 = er_wrap_add(w->sum_s8, x);
  if (x > w->max_s8) w->max_s8 = x;
}

// The taps of one direction: [first, end) lie inside the input, `padded` before its padding ends.
typedef struct {
  int32_t start;  // position of tap 0
  int32_t first, end, padded;
} taps_t;

// Taps whose position is below `limit`.
static int32_t taps_below(const er_pool_nd_shape_t* s, int32_t d, int32_t start, int32_t limit) {
  if (start >= limit) return 0;
  const int32_t taps = (limit - start + s->dilation[d] - 1) / s->dilation[d];
  return taps < s->kernel[d] ? taps : s->kernel[d];
}

static taps_t taps_of(const er_pool_nd_shape_t* s, int32_t d, int32_t out) {
  const int32_t start = out * s->stride[d] - s->before[d];
  const taps_t taps = {start, taps_below(s, d, start, 0), taps_below(s, d, start, s->in[d]),
                       taps_below(s, d, start, s->in[d] + s->after[d])};
  return taps;
}

// `f32` or `s8` is the first element of the image's channel; the other one is NULL.
static window_t read_window(const er_pool_nd_shape_t* s, const int32_t* out, const float* f32,
                            const int8_t* s8) {
  const taps_t z = taps_of(s, 0, out[0]), y = taps_of(s, 1, out[1]), x = taps_of(s, 2, out[2]);
  window_t w = {0, z.padded * y.padded * x.padded, 0, INT8_MIN, 0.0f, -__builtin_inff()};
  for (int32_t kd = z.first; kd < z.end; kd++) {
    const int32_t plane = (z.start + kd * s->dilation[0]) * s->in[1];
    for (int32_t kh = y.first; kh < y.end; kh++) {
      const int32_t row = (plane + y.start + kh * s->dilation[1]) * s->in[2];
      for (int32_t kw = x.first; kw < x.end; kw++) {
        const int32_t at = (row + x.start + kw * s->dilation[2]) * s->channels;
        w.taps++;
        if (f32) {
          add_f32(&w, s->kind, f32[at]);
        } else {
          add_s8(&w, s8[at]);
        }
      }
    }
  }
  return w;
}

static int32_t counted(const er_pool_nd_shape_t* s, const window_t* w) {
  return s->count_padding ? w->padded : w->taps;
}

static float value_f32(const er_pool_nd_shape_t* s, const window_t* w) {
  const int32_t count = counted(s, w);
  switch (s->kind) {
    case ER_POOL_MAX:
      return w->max;
    case ER_POOL_L1:
      return w->sum;
    case ER_POOL_L2:
      return __builtin_sqrtf(w->sum);
    case ER_POOL_ROOT_MEAN_SQUARE:
      return count > 0 ? __builtin_sqrtf(w->sum / (float)count) : 0.0f;
    default:
      return count > 0 ? w->sum / (float)count : 0.0f;
  }
}

static int32_t value_s8(const er_pool_nd_s8_params_t* p, const window_t* w) {
  if (p->shape.kind == ER_POOL_MAX) return w->max_s8;
  const int32_t count = counted(&p->shape, w);
  if (count <= 0) return 0;
  const int32_t zeros = er_wrap_mul(count - w->taps, p->zero_point);
  const int32_t sum = er_wrap_add(w->sum_s8, zeros);
  return (sum > 0 ? er_wrap_add(sum, count / 2) : er_wrap_sub(sum, count / 2)) / count;
}

// `f32` or `s8` is the params; the other one is NULL.
static void pool(const er_kernel_call_t* call, const er_pool_nd_shape_t* s,
                 const er_pool_nd_f32_params_t* f32, const er_pool_nd_s8_params_t* s8) {
  const int32_t image = s->in[0] * s->in[1] * s->in[2] * s->channels;
  const int32_t pixels = s->out[0] * s->out[1] * s->out[2];
  int32_t number = 0;
  for (int32_t n = 0; n < s->batch; n++) {
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
      const int32_t out[ER_POOL_ND_DIRECTIONS] = {pixel / s->out[2] / s->out[1],
                                                  pixel / s->out[2] % s->out[1], pixel % s->out[2]};
      for (int32_t c = 0; c < s->channels; c++, number++) {
        const int32_t first = n * image + c;
        if (f32) {
          const window_t w = read_window(s, out, (const float*)call->in[0] + first, NULL);
          float value = value_f32(s, &w);
          if (value < f32->act_min) value = f32->act_min;
          if (value > f32->act_max) value = f32->act_max;
          ((float*)call->out[0])[number] = value;
        } else {
          const window_t w = read_window(s, out, NULL, (const int8_t*)call->in[0] + first);
          ((int8_t*)call->out[0])[number] =
              (int8_t)er_clamp(value_s8(s8, &w), s8->act_min, s8->act_max);
        }
      }
    }
  }
}

void er_pool_nd_s8_ref(const er_kernel_call_t* call) {
  const er_pool_nd_s8_params_t* p = (const er_pool_nd_s8_params_t*)call->params;
  pool(call, &p->shape, NULL, p);
}

void er_pool_nd_f32_ref(const er_kernel_call_t* call) {
  const er_pool_nd_f32_params_t* p = (const er_pool_nd_f32_params_t*)call->params;
  pool(call, &p->shape, p, NULL);
}
