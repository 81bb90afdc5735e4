// Convolution of floats, four output channels side by side: their weights lie so. Four pixels of a
// row share each load of weights. The additions are in the order of the reference.
#include "firmware/kernels/common/lanes_f32.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/conv2d/taps.h"

enum { kPixels = 4 };

typedef struct {
  const er_conv2d_f32_params_t* params;
  const float* weights;  // ROW_LANES
  const float* bias;     // NULL = none
  const float* x;        // the first tap inside of the input
  er_taps_t rows, columns;
  float* out;
} window_t;

// `count` products of one pixel or four, `next` elements of the input apart.
static inline __attribute__((always_inline)) void multiply_add(er_lanes_t* sum, const float* x,
                                                               const float* w, int32_t count,
                                                               int32_t next, int32_t pixels) {
  er_lanes_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  const float *x1 = x + next, *x2 = x1 + next, *x3 = x2 + next;
  for (; count > 0; count--, w += ER_LANES) {
    const er_lanes_t weights = er_lanes_load(w);
    s0 = er_lanes_multiply_add(s0, weights, *x++);
    if (pixels == 1) continue;
    s1 = er_lanes_multiply_add(s1, weights, *x1++);
    s2 = er_lanes_multiply_add(s2, weights, *x2++);
    s3 = er_lanes_multiply_add(s3, weights, *x3++);
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

static inline __attribute__((always_inline)) void convolve(const window_t* window, int32_t pixels) {
  const window_t v = *window;
  const er_conv2d_f32_params_t* p = v.params;
  const er_conv2d_shape_t* s = &p->shape;
  // Taps without gaps are one run of products.
  const int32_t runs = s->dilation_w == 1 ? 1 : v.columns.count;
  const int32_t run = s->dilation_w == 1 ? v.columns.count * s->in_c : s->in_c;
  const int32_t next_pixel = pixels == 1 ? 0 : s->stride_w * s->in_c;
  const int32_t next_row = s->dilation_h * s->in_w * s->in_c, next_run = s->dilation_w * s->in_c;
  const int32_t w_row = s->kernel_w * s->in_c * ER_LANES, w_lanes = s->kernel_h * w_row;
  const float* weights =
      v.weights + (v.rows.first * s->kernel_w + v.columns.first) * s->in_c * ER_LANES;
  for (int32_t c = 0; c < s->out_c; c += ER_LANES, weights += w_lanes) {
    er_lanes_t sum[kPixels] = {{0}, {0}, {0}, {0}};
    for (int32_t ky = 0; ky < v.rows.count; ky++) {
      for (int32_t r = 0; r < runs; r++) {
        multiply_add(sum, v.x + ky * next_row + r * next_run,
                     weights + ky * w_row + r * s->in_c * ER_LANES, run, next_pixel, pixels);
      }
    }
    const int32_t channels = s->out_c - c;
    const er_lanes_t none = {0};
    const er_lanes_t bias = v.bias ? er_lanes_load_some(v.bias + c, channels) : none;
    for (int32_t i = 0; i < pixels; i++) {
      const er_lanes_t total = v.bias ? sum[i] + bias : sum[i];
      er_lanes_store_some(v.out + i * s->out_c + c, er_lanes_clamp(total, p->act_min, p->act_max),
                          channels);
    }
  }
}

static void convolve_one(const window_t* window) { convolve(window, 1); }
static void convolve_four(const window_t* window) { convolve(window, kPixels); }

void er_conv2d_f32_mve(const er_kernel_call_t* call) {
  const er_conv2d_f32_params_t* p = (const er_conv2d_f32_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
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
