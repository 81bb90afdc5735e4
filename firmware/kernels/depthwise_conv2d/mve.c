// Depthwise convolution with Helium: eight channels at a time in 16 bits, their products and sums
// in two vectors of 32 bits, one of the even channels and one of the odd ones. Two pixels of a row
// share the loads of the weights.
#include "firmware/kernels/common/helium.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kChannels = 8 };

uint32_t er_depthwise_conv2d_s8_mve_scratch_bytes(const er_depthwise_conv2d_s8_params_t* params) {
  return ((uint32_t)params->shape.out_c + kChannels - 1u) / kChannels * (kChannels * 4u);
}

#ifndef ER_HAS_HELIUM
void er_depthwise_conv2d_s8_mve(const er_kernel_call_t* call) { er_depthwise_conv2d_s8_ref(call); }
#else

typedef struct {
  int32x4_t even, odd;
} sums_t;

// The taps of an output pixel that lie inside of the input.
typedef struct {
  const int8_t* x;  // of the first tap, channel 0
  int32_t ky, kx;   // the first tap
  int32_t rows, columns;
} window_t;

typedef struct {
  const er_depthwise_conv2d_s8_params_t* params;
  const int8_t* weights;
  const int32_t* bias;   // NULL = none
  const int32_t* start;  // bias and input offset times all weights; even and odd channels apart
  const int32_t* multiplier;
  const int32_t* shift;
} layer_t;

// Eight values of the input, one for each of eight output channels from `channel`. With a depth
// multiplier several of them read the same.
static inline __attribute__((always_inline)) int16x8_t load(const int8_t* x, int32_t channel,
                                                            int32_t depth_multiplier,
                                                            uint16x8_t sources,
                                                            mve_pred16_t active) {
  return depth_multiplier == 1 ? vldrbq_z_s16(x + channel, active)
                               : vldrbq_gather_offset_z_s16(x, sources, active);
}

static inline __attribute__((always_inline)) sums_t multiply_add(sums_t sums, int16x8_t x,
                                                                 int16x8_t w) {
  sums.even = vaddq_s32(sums.even, vmullbq_int_s16(x, w));
  sums.odd = vaddq_s32(sums.odd, vmulltq_int_s16(x, w));
  return sums;
}

static sums_t requantize(sums_t sums, int32x4x2_t multiplier, int32x4x2_t shift) {
  sums.even = er_helium_requantize_each(sums.even, multiplier.val[0], shift.val[0]);
  sums.odd = er_helium_requantize_each(sums.odd, multiplier.val[1], shift.val[1]);
  return sums;
}

// The values of up to eight channels, even and odd ones apart, without reading past them.
static int32x4x2_t load_apart(const int32_t* values, int32_t channels) {
  if (channels >= kChannels) return vld2q_s32(values);
  int32_t kept[kChannels] = {0};
  for (int32_t i = 0; i < channels; i++) kept[i] = values[i];
  return vld2q_s32(kept);
}

static inline __attribute__((always_inline)) void put(const er_depthwise_conv2d_s8_params_t* p,
                                                      int8_t* out, sums_t y, mve_pred16_t active) {
  // Wrapping, in 32 bits, before anything is cut off.
  const int32x4_t low = vdupq_n_s32(p->act_min), high = vdupq_n_s32(p->act_max);
  y.even = vminq_s32(vmaxq_s32(vaddq_n_s32(y.even, p->output_offset), low), high);
  y.odd = vminq_s32(vmaxq_s32(vaddq_n_s32(y.odd, p->output_offset), low), high);
  int16x8_t bytes = vmovnbq_s32(vuninitializedq_s16(), y.even);
  bytes = vmovntq_s32(bytes, y.odd);
  vstrbq_p_s16(out, bytes, active);
}

// `count` pixels, whose windows are one stride apart and all alike.
static inline __attribute__((always_inline)) void convolve(const layer_t* layer,
                                                           const window_t* window, int8_t* out,
                                                           int32_t count) {
  const layer_t l = *layer;
  const er_depthwise_conv2d_s8_params_t* p = l.params;
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t next_x = s->dilation_w * s->in_c, next_pixel = s->stride_w * s->in_c;
  const int32_t next_row = s->dilation_h * s->in_w * s->in_c;
  const int whole = window->rows == s->kernel_h && window->columns == s->kernel_w;
  // Where a tap is missing, so is its part of `start`.
  const int16_t offset = whole ? 0 : (int16_t)p->input_offset;
  for (int32_t c = 0; c < s->out_c; c += kChannels) {
    const int32_t channels = s->out_c - c < kChannels ? s->out_c - c : kChannels;
    const mve_pred16_t active = vctp16q((uint32_t)channels);
    uint16x8_t sources = vdupq_n_u16(0);
    if (p->depth_multiplier != 1) {
      uint16_t from[kChannels];
      for (int32_t i = 0; i < kChannels; i++) {
        from[i] = (uint16_t)((i < channels ? c + i : c) / p->depth_multiplier);
      }
      sources = vldrhq_u16(from);
    }
    sums_t first;
    if (whole) {
      first.even = vldrwq_s32(l.start + c);
      first.odd = vldrwq_s32(l.start + c + 4);
    } else if (l.bias) {
      const int32x4x2_t bias = load_apart(l.bias + c, channels);
      first.even = bias.val[0];
      first.odd = bias.val[1];
    } else {
      first.even = first.odd = vdupq_n_s32(0);
    }
    sums_t second = first;
    const int8_t* row = window->x;
    const int8_t* w_row = l.weights + (window->ky * s->kernel_w + window->kx) * s->out_c + c;
    for (int32_t ky = 0; ky < window->rows;
         ky++, row += next_row, w_row += s->kernel_w * s->out_c) {
      const int8_t *x = row, *w = w_row;
      for (int32_t turns = window->columns; turns > 0; turns--, x += next_x, w += s->out_c) {
        const int16x8_t weights = vldrbq_z_s16(w, active);
        int16x8_t value = load(x, c, p->depth_multiplier, sources, active);
        if (!whole) value = vaddq_n_s16(value, offset);
        first = multiply_add(first, value, weights);
        if (count == 2) {
          value = load(x + next_pixel, c, p->depth_multiplier, sources, active);
          if (!whole) value = vaddq_n_s16(value, offset);
          second = multiply_add(second, value, weights);
        }
      }
    }
    const int32x4x2_t multiplier = load_apart(l.multiplier + c, channels);
    const int32x4x2_t shift = load_apart(l.shift + c, channels);
    put(p, out + c, requantize(first, multiplier, shift), active);
    if (count == 2) put(p, out + s->out_c + c, requantize(second, multiplier, shift), active);
  }
}

static void convolve_one(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 1);
}
static void convolve_two(const layer_t* l, const window_t* w, int8_t* out) {
  convolve(l, w, out, 2);
}

// The first and the number of `count` taps that lie inside of `size`, from `at` on.
static int32_t clip(int32_t at, int32_t dilation, int32_t count, int32_t size, int32_t* first) {
  int32_t begin = 0, end = count;
  while (begin < count && at + begin * dilation < 0) begin++;
  while (end > begin && at + (end - 1) * dilation >= size) end--;
  *first = begin;
  return end - begin;
}

static void find_starts(const er_depthwise_conv2d_s8_params_t* p, const int8_t* weights,
                        const int32_t* bias, int32_t* start) {
  const int32_t taps = p->shape.kernel_h * p->shape.kernel_w, channels = p->shape.out_c;
  for (int32_t c = 0; c < channels; c++) {
    int32_t sum = 0;
    for (int32_t t = 0; t < taps; t++) sum += weights[t * channels + c];
    const int32_t at = c / kChannels * kChannels + c % 2 * 4 + c % kChannels / 2;
    start[at] = er_wrap_add(bias ? bias[c] : 0, er_wrap_mul(p->input_offset, sum));
  }
}

void er_depthwise_conv2d_s8_mve(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  // Offsets of a gathering load have 16 bits.
  if (p->depth_multiplier != 1 && s->in_c > UINT16_MAX) {
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
      window_t w;
      const int32_t y = oy * s->stride_h - s->pad_top;
      w.rows = clip(y, s->dilation_h, s->kernel_h, s->in_h, &w.ky);
      for (int32_t ox = 0; ox < s->out_w;) {
        const int32_t x = ox * s->stride_w - s->pad_left;
        w.columns = clip(x, s->dilation_w, s->kernel_w, s->in_w, &w.kx);
        w.x = image + ((y + w.ky * s->dilation_h) * s->in_w + x + w.kx * s->dilation_w) * s->in_c;
        const int32_t last = x + s->stride_w + (s->kernel_w - 1) * s->dilation_w;
        const int two = w.columns == s->kernel_w && last < s->in_w && ox + 1 < s->out_w;
        (two ? convolve_two : convolve_one)(&l, &w, out);
        ox += two ? 2 : 1;
        out += (two ? 2 : 1) * s->out_c;
      }
    }
  }
}
#endif
