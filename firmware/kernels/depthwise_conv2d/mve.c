// Depthwise convolution with Helium: eight channels at a time in 16 bits, their products and sums
// in two vectors of 32 bits, one of the even channels and one of the odd ones. Two pixels of a row
// share the loads of the weights.
#include "firmware/kernels/common/helium.h"
#include "firmware/kernels/conv2d/taps.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kChannels = 8 };

uint32_t er_depthwise_conv2d_s8_mve_scratch_bytes(const er_depthwise_conv2d_s8_params_t* params) {
  return ((uint32_t)params->shape.out_c + kChannels - 1u) / kChannels * (kChannels * 4u);
}

#ifndef ER_HAS_HELIUM
void er_depthwise_conv2d_s8_mve(const er_kernel_call_t* call) { er_depthwise_conv2d_s8_ref(call); }
#else

// The taps of an output pixel that lie inside of the input.
typedef struct {
  er_taps_t rows, columns;
  const int8_t* x;  // of the first tap of the first pixel, channel 0
} window_t;

typedef struct {
  const er_depthwise_conv2d_s8_params_t* params;
  const int8_t* weights;
  const int32_t* bias;   // NULL = none
  const int32_t* start;  // bias and input offset times all weights
  const int32_t* multiplier;
  const int32_t* shift;
} layer_t;

// Of eight values the four at even places, or with `values + 1` those at odd ones.
static inline __attribute__((always_inline)) int32x4_t every_second(const int32_t* values) {
  return vldrwq_gather_shifted_offset_s32(values, vidupq_n_u32(0, 2));
}

static inline __attribute__((always_inline)) int32x4_t finish(
    const er_depthwise_conv2d_s8_params_t* p, int32x4_t sums, const int32_t* multiplier,
    const int32_t* shift) {
  int32x4_t y = er_helium_requantize_right(sums, every_second(multiplier), every_second(shift));
  y = vaddq_n_s32(y, p->output_offset);
  return vminq_s32(vmaxq_s32(y, vdupq_n_s32(p->act_min)), vdupq_n_s32(p->act_max));
}

static inline __attribute__((always_inline)) void put(const layer_t* l, int32_t c, int8_t* out,
                                                      int32x4_t even, int32x4_t odd) {
  const int32x4_t low = finish(l->params, even, l->multiplier + c, l->shift + c);
  const int32x4_t high = finish(l->params, odd, l->multiplier + c + 1, l->shift + c + 1);
  vstrbq_s16(out + c, vmovntq_s32(vmovnbq_s32(vuninitializedq_s16(), low), high));
}

// Eight channels from `c` of one pixel or two; `one_input`: all of one input channel. Where a tap
// is missing, so is its part of `start`: then the input offset is added to each value.
static inline __attribute__((always_inline)) void eight_channels(const layer_t* l,
                                                                 const window_t* window, int32_t c,
                                                                 int8_t* out, int32_t pixels,
                                                                 int whole, int one_input) {
  const er_conv2d_shape_t* s = &l->params->shape;
  const int32_t next_x = s->dilation_w * s->in_c, next_w = s->out_c;
  const int32_t next_pixel = s->stride_w * s->in_c;
  const int32_t next_row = s->dilation_h * s->in_w * s->in_c;
  const int16_t offset = (int16_t)l->params->input_offset;
  const int32_t* start = whole ? l->start : l->bias;
  int32x4_t even0 = start ? every_second(start + c) : vdupq_n_s32(0);
  int32x4_t odd0 = start ? every_second(start + c + 1) : vdupq_n_s32(0);
  int32x4_t even1 = even0, odd1 = odd0;
  const int8_t* row = one_input ? window->x : window->x + c;
  const int8_t* w_row =
      l->weights + (window->rows.first * s->kernel_w + window->columns.first) * s->out_c + c;
  const int32_t columns = window->columns.count;
  for (int32_t rows = window->rows.count; rows > 0; rows--) {
    const int8_t *x = row, *w = w_row;
    for (int32_t taps = columns; taps > 0; taps--) {
      const int16x8_t weights = vldrbq_s16(w);
      int16x8_t value = one_input ? vdupq_n_s16(*x) : vldrbq_s16(x);
      if (!whole) value = vaddq_n_s16(value, offset);
      even0 = vaddq_s32(even0, vmullbq_int_s16(value, weights));
      odd0 = vaddq_s32(odd0, vmulltq_int_s16(value, weights));
      if (pixels == 2) {
        value = vldrbq_s16(x + next_pixel);
        if (!whole) value = vaddq_n_s16(value, offset);
        even1 = vaddq_s32(even1, vmullbq_int_s16(value, weights));
        odd1 = vaddq_s32(odd1, vmulltq_int_s16(value, weights));
      }
      x += next_x;
      w += next_w;
    }
    row += next_row;
    w_row += s->kernel_w * s->out_c;
  }
  put(l, c, out, even0, odd0);
  if (pixels == 2) put(l, c, out + s->out_c, even1, odd1);
}

// One channel: what eight at a time leave over, and all of them with a depth multiplier of more
// than one input channel.
static void one_channel(const layer_t* l, const window_t* window, int32_t c, int8_t* out) {
  const er_depthwise_conv2d_s8_params_t* p = l->params;
  const er_conv2d_shape_t* s = &p->shape;
  int32_t acc = l->bias ? l->bias[c] : 0;
  for (int32_t ky = 0; ky < window->rows.count; ky++) {
    const int8_t* x = window->x + ky * s->dilation_h * s->in_w * s->in_c + c / p->depth_multiplier;
    const int8_t* w = l->weights +
                      ((window->rows.first + ky) * s->kernel_w + window->columns.first) * s->out_c +
                      c;
    for (int32_t kx = 0; kx < window->columns.count; kx++) {
      acc = er_wrap_add(acc, (*x + p->input_offset) * *w);
      x += s->dilation_w * s->in_c;
      w += s->out_c;
    }
  }
  acc = er_multiply_by_quantized_multiplier(acc, l->multiplier[c], l->shift[c]);
  out[c] = (int8_t)er_clamp(er_wrap_add(acc, p->output_offset), p->act_min, p->act_max);
}

static inline __attribute__((always_inline)) void convolve(const layer_t* layer,
                                                           const window_t* window, int8_t* out,
                                                           int32_t pixels, int whole) {
  const layer_t l = *layer;
  window_t v = *window;
  const er_conv2d_shape_t* s = &l.params->shape;
  int32_t c = 0;
  if (s->in_c == 1) {
    for (; pixels == 1 && c + kChannels <= s->out_c; c += kChannels) {
      eight_channels(&l, &v, c, out, 1, whole, 1);
    }
  } else if (l.params->depth_multiplier == 1) {
    for (; c + kChannels <= s->out_c; c += kChannels) {
      eight_channels(&l, &v, c, out, pixels, whole, 0);
    }
  }
  for (int32_t i = 0; i < pixels && c < s->out_c; i++) {
    for (int32_t rest = c; rest < s->out_c; rest++) one_channel(&l, &v, rest, out + i * s->out_c);
    v.x += s->stride_w * s->in_c;
  }
}

static void one_whole(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 1, 1);
}
static void two_whole(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 2, 1);
}
static void one_clipped(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 1, 0);
}
static void two_clipped(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 2, 0);
}

static void find_starts(const er_depthwise_conv2d_s8_params_t* p, const int8_t* weights,
                        const int32_t* bias, int32_t* start) {
  const int32_t taps = p->shape.kernel_h * p->shape.kernel_w, channels = p->shape.out_c;
  for (int32_t c = 0; c < channels; c += 4) {
    const mve_pred16_t active = vctp32q((uint32_t)(channels - c));
    const int8_t* w = weights + c;
    int32x4_t sum = vdupq_n_s32(0);
    for (int32_t t = taps; t > 0; t--, w += channels) {
      sum = vaddq_s32(sum, vldrbq_z_s32(w, active));
    }
    sum = vmulq_n_s32(sum, p->input_offset);
    if (bias) sum = vaddq_s32(sum, vldrwq_z_s32(bias + c, active));
    vstrwq_s32(start + c, sum);
  }
}

void er_depthwise_conv2d_s8_mve(const er_kernel_call_t* call) {
  static void (*const kConvolve[2][2])(const layer_t*, const window_t*, int8_t*) = {
      {one_clipped, two_clipped}, {one_whole, two_whole}};
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  // A compiler writes shifts to the right; others are not worth instructions in every output.
  if (!er_helium_shifts_right((const int32_t*)call->in[4], s->out_c)) {
    er_depthwise_conv2d_s8_ref(call);
    return;
  }
  int32_t* start = (int32_t*)call->scratch;
  const layer_t l = {p,     (const int8_t*)call->in[1],  (const int32_t*)call->in[2],
                     start, (const int32_t*)call->in[3], (const int32_t*)call->in[4]};
  find_starts(p, l.weights, l.bias, start);
  const int8_t* image = (const int8_t*)call->in[0];
  int8_t* out = (int8_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++, image += s->in_h * s->in_w * s->in_c) {
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      window_t v;
      const int32_t y = oy * s->stride_h - s->pad_top;
      v.rows = er_taps_inside(y, s->dilation_h, s->kernel_h, s->in_h);
      for (int32_t ox = 0, done; ox < s->out_w; ox += done, out += done * s->out_c) {
        const int32_t x = ox * s->stride_w - s->pad_left;
        v.columns = er_taps_inside(x, s->dilation_w, s->kernel_w, s->in_w);
        v.x = image +
              ((y + v.rows.first * s->dilation_h) * s->in_w + x + v.columns.first * s->dilation_w) *
                  s->in_c;
        const int whole_columns = v.columns.count == s->kernel_w;
        done = whole_columns && s->in_c > 1
                   ? er_whole_pixels(x, s->stride_w, s->dilation_w, s->kernel_w, s->in_w,
                                     s->out_w - ox, 2)
                   : 1;
        kConvolve[whole_columns && v.rows.count == s->kernel_h][done == 2](&l, &v, out);
      }
    }
  }
}
#endif
