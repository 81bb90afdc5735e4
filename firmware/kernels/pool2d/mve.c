// Pooling with Helium: channels side by side, as they lie in memory.
#include "firmware/kernels/common/helium.h"
#include "firmware/kernels/pool2d/pool2d.h"

#ifndef ER_HAS_HELIUM
void er_max_pool2d_s8_mve(const er_kernel_call_t* call) { er_max_pool2d_s8_ref(call); }
void er_avg_pool2d_s8_mve(const er_kernel_call_t* call) { er_avg_pool2d_s8_ref(call); }
#else

// The part of one output's window that lies inside the input: its first element and its extents.
typedef struct {
  const int8_t* first;
  int32_t rows, columns;
} window_t;

static window_t window_of(const er_pool2d_shape_t* s, const int8_t* image, int32_t oy, int32_t ox) {
  const int32_t y = oy * s->stride_h - s->pad_top, x = ox * s->stride_w - s->pad_left;
  const int32_t y0 = er_clamp(y, 0, s->in_h), x0 = er_clamp(x, 0, s->in_w);
  const window_t w = {image + (y0 * s->in_w + x0) * s->channels,
                      er_clamp(y + s->kernel_h, 0, s->in_h) - y0,
                      er_clamp(x + s->kernel_w, 0, s->in_w) - x0};
  return w;
}

typedef void pool_t(const er_pool2d_s8_params_t* p, const window_t* w, int8_t* out);

static void largest(const er_pool2d_s8_params_t* p, const window_t* w, int8_t* out) {
  const er_pool2d_shape_t* s = &p->shape;
  for (int32_t c = 0; c < s->channels; c += 16) {
    const mve_pred16_t active = vctp8q((uint32_t)(s->channels - c));
    int8x16_t best = vdupq_n_s8(INT8_MIN);
    for (int32_t y = 0; y < w->rows; y++) {
      const int8_t* at = w->first + y * s->in_w * s->channels + c;
      for (int32_t x = w->columns; x > 0; x--, at += s->channels) {
        best = vmaxq_s8(best, vldrbq_z_s8(at, active));
      }
    }
    best = vmaxq_s8(best, vdupq_n_s8((int8_t)p->act_min));
    vstrbq_p_s8(out + c, vminq_s8(best, vdupq_n_s8((int8_t)p->act_max)), active);
  }
}

// Half away from zero; count above 0.
static int32_t rounded_mean(int32_t sum, int32_t count) {
  return (sum > 0 ? er_wrap_add(sum, count / 2) : er_wrap_sub(sum, count / 2)) / count;
}

static void average(const er_pool2d_s8_params_t* p, const window_t* w, int8_t* out) {
  const er_pool2d_shape_t* s = &p->shape;
  const int32_t count = w->rows * w->columns;
  for (int32_t c = 0; c < s->channels; c += 4) {
    const mve_pred16_t active = vctp32q((uint32_t)(s->channels - c));
    int32x4_t sums = vdupq_n_s32(0);
    for (int32_t y = 0; y < w->rows; y++) {
      const int8_t* at = w->first + y * s->in_w * s->channels + c;
      for (int32_t x = w->columns; x > 0; x--, at += s->channels) {
        sums = vaddq_s32(sums, vldrbq_z_s32(at, active));
      }
    }
    int32_t sum[4];
    vstrwq_s32(sum, sums);
    for (int32_t i = 0; i < 4 && c + i < s->channels; i++) {
      const int32_t mean = count > 0 ? rounded_mean(sum[i], count) : 0;
      out[c + i] = (int8_t)er_clamp(mean, p->act_min, p->act_max);
    }
  }
}

static void pool(const er_kernel_call_t* call, pool_t* of_window) {
  const er_pool2d_s8_params_t* p = (const er_pool2d_s8_params_t*)call->params;
  const er_pool2d_shape_t* s = &p->shape;
  const int8_t* image = (const int8_t*)call->in[0];
  int8_t* out = (int8_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++, image += s->in_h * s->in_w * s->channels) {
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++, out += s->channels) {
        const window_t w = window_of(s, image, oy, ox);
        of_window(p, &w, out);
      }
    }
  }
}

void er_max_pool2d_s8_mve(const er_kernel_call_t* call) { pool(call, largest); }
void er_avg_pool2d_s8_mve(const er_kernel_call_t* call) { pool(call, average); }
#endif
