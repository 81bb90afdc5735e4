// Float depthwise convolution for cores with a single-precision FPU: eight channels' sums at a time
// stay in registers, and only the taps inside of the input are visited. Each sum adds the same
// products in the same order as the reference kernel, so the bits are the same.
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kChannels = 8 };

// The part of the input under one output pixel's window, and the weights that meet it.
typedef struct {
  const float* x;  // of the first tap inside, channel 0
  const float* w;
  int32_t rows, columns;         // of taps inside
  int32_t x_column, w_column;    // from a tap to the next one, in elements
  int32_t x_row_end, w_row_end;  // from behind the last tap of a row to the next row
} window_t;

static inline float output_of(const er_depthwise_conv2d_f32_params_t* p, float total,
                              const float* bias, int32_t channel) {
  if (bias) total += bias[channel];
  if (total < p->act_min) total = p->act_min;
  if (total > p->act_max) total = p->act_max;
  return total;
}

static inline __attribute__((always_inline)) void sum_channels(const window_t* window, int32_t c,
                                                               int32_t channels, float* total) {
  const float* x = window->x + c;
  const float* w = window->w + c;
  for (int32_t i = 0; i < channels; i++) total[i] = 0.0f;
  for (int32_t row = window->rows; row > 0; row--) {
    for (int32_t column = window->columns; column > 0; column--) {
      for (int32_t i = 0; i < channels; i++) total[i] += x[i] * w[i];
      x += window->x_column;
      w += window->w_column;
    }
    x += window->x_row_end;
    w += window->w_row_end;
  }
}

static void put_pixel(const er_depthwise_conv2d_f32_params_t* p, const window_t* window,
                      const float* bias, float* out) {
  const int32_t channels = p->shape.out_c;
  float total[kChannels];
  int32_t c = 0;
  for (; c + kChannels <= channels; c += kChannels) {
    sum_channels(window, c, kChannels, total);
    for (int32_t i = 0; i < kChannels; i++) out[c + i] = output_of(p, total[i], bias, c + i);
  }
  for (; c < channels; c++) {
    sum_channels(window, c, 1, total);
    out[c] = output_of(p, total[0], bias, c);
  }
}

// Taps [*begin, *end) of a direction whose first one lies at `at` are inside of [0, size).
static void clip(int32_t at, int32_t size, int32_t taps, int32_t dilation, int32_t* begin,
                 int32_t* end) {
  *begin = at < 0 ? er_clamp((-at + dilation - 1) / dilation, 0, taps) : 0;
  *end = at < size ? er_clamp((size - 1 - at) / dilation + 1, *begin, taps) : *begin;
}

void er_depthwise_conv2d_f32_armv7em(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_f32_params_t* p = (const er_depthwise_conv2d_f32_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  if (p->depth_multiplier != 1) {
    er_depthwise_conv2d_f32_ref(call);
    return;
  }
  const float* image = (const float*)call->in[0];
  const float* weights = (const float*)call->in[1];
  const float* bias = (const float*)call->in[2];
  float* out = (float*)call->out[0];
  const int32_t channels = s->out_c, input_row = s->in_w * channels;
  window_t w;
  w.x_column = s->dilation_w * channels;
  w.w_column = channels;
  for (int32_t n = 0; n < s->batch; n++, image += s->in_h * input_row) {
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      const int32_t y = oy * s->stride_h - s->pad_top;
      int32_t y_begin, y_end;
      clip(y, s->in_h, s->kernel_h, s->dilation_h, &y_begin, &y_end);
      w.rows = y_end - y_begin;
      for (int32_t ox = 0; ox < s->out_w; ox++, out += channels) {
        const int32_t x = ox * s->stride_w - s->pad_left;
        int32_t x_begin, x_end;
        clip(x, s->in_w, s->kernel_w, s->dilation_w, &x_begin, &x_end);
        w.columns = x_end - x_begin;
        if (w.columns == 0) w.rows = 0;
        w.x = image;
        w.w = weights;
        if (w.rows > 0) {
          w.x +=
              (y + y_begin * s->dilation_h) * input_row + (x + x_begin * s->dilation_w) * channels;
          w.w += (y_begin * s->kernel_w + x_begin) * channels;
        }
        w.x_row_end = s->dilation_h * input_row - w.columns * w.x_column;
        w.w_row_end = (s->kernel_w - w.columns) * channels;
        put_pixel(p, &w, bias, out);
        w.rows = y_end - y_begin;
      }
    }
  }
}
