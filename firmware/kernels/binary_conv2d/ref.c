#include "firmware/kernels/binary_conv2d/sums.h"

// One channel of x under one tap: -1, 0 or 1. NULL pixel: outside of the input.
static int32_t value(const er_binary_conv2d_params_t* p, const uint32_t* pixel, int32_t channel) {
  if (!pixel) return p->outside;
  return er_bit(pixel, channel) ? 1 : p->low;
}

static const uint32_t* pixel_of(const er_conv2d_shape_t* s, const uint32_t* image, int32_t y,
                                int32_t x) {
  if (y < 0 || y >= s->in_h || x < 0 || x >= s->in_w) return NULL;
  return image + (y * s->in_w + x) * er_row_words(s->in_c);
}

// The sum of one output channel: over all input channels, or over its own.
static int32_t window_sum(const er_binary_conv2d_params_t* p, const uint32_t* image,
                          const uint32_t* weights, int32_t oy, int32_t ox, int32_t channel,
                          int depthwise) {
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t taps = s->kernel_h * s->kernel_w;
  const uint32_t* filter = depthwise ? weights : weights + channel * er_row_words(taps * s->in_c);
  const int32_t first = depthwise ? channel : 0;
  const int32_t end = depthwise ? channel + 1 : s->in_c;
  int32_t sum = 0;
  for (int32_t tap = 0; tap < taps; tap++) {
    const int32_t iy = oy * s->stride_h - s->pad_top + tap / s->kernel_w * s->dilation_h;
    const int32_t ix = ox * s->stride_w - s->pad_left + tap % s->kernel_w * s->dilation_w;
    const uint32_t* pixel = pixel_of(s, image, iy, ix);
    for (int32_t c = first; c < end; c++) {
      const uint32_t w = depthwise ? er_bit(weights + tap * er_row_words(s->in_c), c)
                                   : er_bit(filter, tap * s->in_c + c);
      sum += w ? value(p, pixel, c) : -value(p, pixel, c);
    }
  }
  return sum;
}

static void convolve(const er_kernel_call_t* call, int depthwise) {
  const er_binary_conv2d_params_t* p = (const er_binary_conv2d_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const uint32_t* weights = (const uint32_t*)call->in[1];
  er_sum_writer_t y = er_sum_writer(call);
  for (int32_t n = 0; n < s->batch; n++) {
    const uint32_t* image =
        (const uint32_t*)call->in[0] + n * s->in_h * s->in_w * er_row_words(s->in_c);
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t c = 0; c < s->out_c; c++) {
          er_write_sum(&y, c, s->out_c, window_sum(p, image, weights, oy, ox, c, depthwise));
        }
      }
    }
  }
}

void er_binary_conv2d_s1_ref(const er_kernel_call_t* call) { convolve(call, 0); }
void er_binary_depthwise_conv2d_s1_ref(const er_kernel_call_t* call) { convolve(call, 1); }
