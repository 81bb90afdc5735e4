// Depthwise convolution of floats, four channels side by side as they lie in memory. Four pixels of
// a row share each load of weights. The additions are in the order of the reference.
#include "firmware/kernels/common/lanes_f32.h"
#include "firmware/kernels/conv2d/taps.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kPixels = 4 };

typedef struct {
  const er_depthwise_conv2d_f32_params_t* params;
  const float* weights;
  const float* bias;  // NULL = none
  const float* x;     // the first tap inside of the input
  er_taps_t rows, columns;
  float* out;
} window_t;

static inline __attribute__((always_inline)) void convolve_lanes(const window_t* v, int32_t c,
                                                                 int32_t channels, int32_t pixels) {
  const er_depthwise_conv2d_f32_params_t* p = v->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t next_tap = s->dilation_w * s->in_c, next_pixel = s->stride_w * s->in_c;
  er_lanes_t s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  for (int32_t ky = 0; ky < v->rows.count; ky++) {
    const float* x = v->x + ky * s->dilation_h * s->in_w * s->in_c + c;
    const float* w =
        v->weights + ((v->rows.first + ky) * s->kernel_w + v->columns.first) * s->out_c + c;
    for (int32_t taps = v->columns.count; taps > 0; taps--, x += next_tap, w += s->out_c) {
      const er_lanes_t weights = er_lanes_load_some(w, channels);
      s0 += er_lanes_load_some(x, channels) * weights;
      if (pixels == 1) continue;
      s1 += er_lanes_load_some(x + next_pixel, channels) * weights;
      s2 += er_lanes_load_some(x + 2 * next_pixel, channels) * weights;
      s3 += er_lanes_load_some(x + 3 * next_pixel, channels) * weights;
    }
  }
  const er_lanes_t sum[kPixels] = {s0, s1, s2, s3};
  for (int32_t i = 0; i < pixels; i++) {
    er_lanes_t total = sum[i];
    if (v->bias) total += er_lanes_load_some(v->bias + c, channels);
    er_lanes_store_some(v->out + i * s->out_c + c, er_lanes_clamp(total, p->act_min, p->act_max),
                        channels);
  }
}

static inline __attribute__((always_inline)) void convolve(const window_t* window, int32_t pixels) {
  const window_t v = *window;
  const int32_t channels = v.params->shape.out_c;
  int32_t c = 0;
  for (; c + ER_LANES <= channels; c += ER_LANES) convolve_lanes(&v, c, ER_LANES, pixels);
  if (c < channels) convolve_lanes(&v, c, channels - c, pixels);
}

static void convolve_one(const window_t* window) { convolve(window, 1); }
static void convolve_four(const window_t* window) { convolve(window, kPixels); }

void er_depthwise_conv2d_f32_mve(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_f32_params_t* p = (const er_depthwise_conv2d_f32_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  if (p->depth_multiplier != 1) {  // several outputs of one input: they do not lie side by side
    er_depthwise_conv2d_f32_ref(call);
    return;
  }
  const float* image = (const float*)call->in[0];
  window_t v = {p,      (const float*)call->in[1], (const float*)call->in[2], NULL, {0, 0},
                {0, 0}, (float*)call->out[0]};
  for (int32_t n = 0; n < s->batch; n++, image += s->in_h * s->in_w * s->in_c) {
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      const int32_t y = oy * s->stride_h - s->pad_top;
      v.rows = er_taps_inside(y, s->dilation_h, s->kernel_h, s->in_h);
      for (int32_t ox = 0, done; ox < s->out_w; ox += done, v.out += done * s->out_c) {
        const int32_t x = ox * s->stride_w - s->pad_left;
        v.columns = er_taps_inside(x, s->dilation_w, s->kernel_w, s->in_w);
        v.x = image +
              ((y + v.rows.first * s->dilation_h) * s->in_w + x + v.columns.first * s->dilation_w) *
                  s->in_c;
        done = er_whole_pixels(x, s->stride_w, s->dilation_w, s->kernel_w, s->in_w, s->out_w - ox,
                               kPixels);
        if (done < kPixels || v.columns.count < s->kernel_w) done = 1;
        (done == 1 ? convolve_one : convolve_four)(&v);
      }
    }
  }
}
