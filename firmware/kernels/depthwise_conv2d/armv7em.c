// Depthwise convolution for Armv7E-M. Four channels at a time, planar within the scratch memory:
// the kernel_h input rows under the window are widened to int16 once and kept in a ring, the
// weights likewise, so that a tap of four channels is two double-word loads and four
// multiplications.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kLanes = 4, kWordsPerTap = 2 };

// Anything else goes to the reference kernel.
static int is_supported(const er_depthwise_conv2d_s8_params_t* p) {
  return p->depth_multiplier == 1 && p->shape.dilation_h == 1 && p->shape.dilation_w == 1;
}

// Columns of a widened row: all that some output of the row looks at, padding included.
static int32_t row_columns(const er_conv2d_shape_t* s) {
  return (s->out_w - 1) * s->stride_w + s->kernel_w;
}

uint32_t er_depthwise_conv2d_s8_armv7em_scratch_bytes(
    const er_depthwise_conv2d_s8_params_t* params) {
  if (!is_supported(params)) return 0;
  const er_conv2d_shape_t* s = &params->shape;
  const uint64_t taps = (uint64_t)s->kernel_h * ((uint64_t)row_columns(s) + (uint64_t)s->kernel_w);
  const uint64_t groups = ((uint64_t)s->out_c + kLanes - 1) / kLanes;
  const uint64_t limit = UINT32_MAX / (kWordsPerTap * sizeof(uint32_t));
  // More than any arena holds is refused by whoever asked.
  if (taps > limit || groups > limit / taps) return UINT32_MAX;
  return (uint32_t)(taps * groups * kWordsPerTap * sizeof(uint32_t));
}

static inline er_packed_t load_channels(const int8_t* from, int32_t channels) {
  return channels >= kLanes ? er_load4(from) : er_load_tail(from, channels);
}

// Weights of a group are contiguous, tap after tap.
static void widen_weights(const er_conv2d_shape_t* s, const int8_t* weights, uint32_t* to) {
  const int32_t taps = s->kernel_h * s->kernel_w;
  for (int32_t c = 0; c < s->out_c; c += kLanes) {
    for (int32_t tap = 0; tap < taps; tap++, to += kWordsPerTap) {
      const er_packed_t w = load_channels(weights + tap * s->out_c + c, s->out_c - c);
      to[0] = er_widen_even(w);
      to[1] = er_widen_odd(w);
    }
  }
}

// Input row `y` (outside of the input: zeros), group after group, column after column.
static void widen_row(const er_depthwise_conv2d_s8_params_t* p, const int8_t* image, int32_t y,
                      uint32_t* to) {
  const er_conv2d_shape_t* s = &p->shape;
  const er_packed_t offset = er_both_lanes(p->input_offset);
  const int32_t columns = row_columns(s);
  const int inside = y >= 0 && y < s->in_h;
  const int32_t begin = inside ? er_clamp(s->pad_left, 0, columns) : columns;
  const int32_t end = inside ? er_clamp(s->pad_left + s->in_w, 0, columns) : columns;
  for (int32_t c = 0; c < s->in_c; c += kLanes) {
    int32_t x = 0;
    for (; x < begin; x++, to += kWordsPerTap) to[0] = to[1] = 0;
    const int32_t channels = s->in_c - c;
    const int8_t* from = inside ? image + y * s->in_w * s->in_c + c : image;
    for (; x < end; x++, to += kWordsPerTap, from += s->in_c) {
      const er_packed_t four = load_channels(from, channels);
      to[0] = er_add_lanes(er_widen_even(four), offset);
      to[1] = er_add_lanes(er_widen_odd(four), offset);
    }
    for (; x < columns; x++, to += kWordsPerTap) to[0] = to[1] = 0;
  }
}

// What a group of channels needs for one row of outputs.
typedef struct {
  const uint32_t* ring;     // of the group: slot 0, column 0
  int32_t slot_words;       // from one slot of the ring to the next
  int32_t first_slot;       // of the window's first row
  const uint32_t* weights;  // of the group
  int32_t start[kLanes], multiplier[kLanes], shift[kLanes];
} group_t;

typedef struct {
  int32_t a[kLanes];
} sums_t;

static inline __attribute__((always_inline)) sums_t window_sums(const er_conv2d_shape_t* s,
                                                                const group_t* g, int32_t column,
                                                                int32_t kernel_w) {
  int32_t a0 = g->start[0], a1 = g->start[1], a2 = g->start[2], a3 = g->start[3];
  const uint32_t* w = g->weights;
  const uint32_t* row = g->ring + g->first_slot * g->slot_words + column * kWordsPerTap;
  int32_t until_wrap = s->kernel_h - g->first_slot;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const uint32_t* x = row;
    for (int32_t kx = 0; kx < kernel_w; kx++, x += kWordsPerTap, w += kWordsPerTap) {
      const er_packed_t x_even = x[0], x_odd = x[1], w_even = w[0], w_odd = w[1];
      a0 = er_multiply_low_add(x_even, w_even, a0);
      a2 = er_multiply_high_add(x_even, w_even, a2);
      a1 = er_multiply_low_add(x_odd, w_odd, a1);
      a3 = er_multiply_high_add(x_odd, w_odd, a3);
    }
    row += g->slot_words;
    if (--until_wrap == 0) row -= s->kernel_h * g->slot_words;
  }
  const sums_t sums = {{a0, a1, a2, a3}};
  return sums;
}

// One row of outputs of four whole channels with fast requantization.
static inline __attribute__((always_inline)) void row_fast(const er_depthwise_conv2d_s8_params_t* p,
                                                           const group_t* g, int8_t* out,
                                                           int32_t kernel_w, int full) {
  const er_conv2d_shape_t* s = &p->shape;
  int32_t addend[kLanes];
  for (int i = 0; i < kLanes; i++) {
    addend[i] = er_fast_requantize_addend(p->output_offset, -g->shift[i]);
  }
  for (int32_t ox = 0; ox < s->out_w; ox++, out += s->out_c) {
    const sums_t sums = window_sums(s, g, ox * s->stride_w, kernel_w);
    for (int i = 0; i < kLanes; i++) {
      const int32_t y = er_fast_requantize(sums.a[i], g->multiplier[i], -g->shift[i], addend[i]);
      out[i] = (int8_t)(full ? er_saturate_s8(y) : er_clamp(y, p->act_min, p->act_max));
    }
  }
}

static __attribute__((noinline)) void row_fast_3_full(const er_depthwise_conv2d_s8_params_t* p,
                                                      const group_t* g, int8_t* out) {
  row_fast(p, g, out, 3, 1);
}

static __attribute__((noinline)) void row_fast_any(const er_depthwise_conv2d_s8_params_t* p,
                                                   const group_t* g, int8_t* out) {
  row_fast(p, g, out, p->shape.kernel_w, 0);
}

// Fewer than four channels, or shifts and sums of any size.
static __attribute__((noinline)) void row_general(const er_depthwise_conv2d_s8_params_t* p,
                                                  const group_t* g, int8_t* out, int32_t channels) {
  const er_conv2d_shape_t* s = &p->shape;
  for (int32_t ox = 0; ox < s->out_w; ox++, out += s->out_c) {
    const sums_t sums = window_sums(s, g, ox * s->stride_w, s->kernel_w);
    for (int32_t i = 0; i < channels; i++) {
      const int32_t y =
          er_multiply_by_quantized_multiplier(sums.a[i], g->multiplier[i], g->shift[i]);
      out[i] = (int8_t)er_clamp(er_wrap_add(y, p->output_offset), p->act_min, p->act_max);
    }
  }
}

static void load_constants(const er_kernel_call_t* call, int32_t c, int32_t channels, group_t* g) {
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  for (int32_t i = 0; i < kLanes; i++) {
    const int present = i < channels;
    g->start[i] = present && bias ? bias[c + i] : 0;
    g->multiplier[i] = present ? multiplier[c + i] : 0;
    g->shift[i] = present ? shift[c + i] : 0;
  }
}

void er_depthwise_conv2d_s8_armv7em(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  if (!is_supported(p)) {
    er_depthwise_conv2d_s8_ref(call);
    return;
  }
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t taps = s->kernel_h * s->kernel_w;
  const int32_t columns = row_columns(s);
  const int32_t groups = (s->out_c + kLanes - 1) / kLanes;
  uint32_t* const weights = (uint32_t*)call->scratch;
  uint32_t* const ring = weights + groups * taps * kWordsPerTap;
  group_t g;
  g.slot_words = groups * columns * kWordsPerTap;
  const int whole_range = p->act_min == INT8_MIN && p->act_max == INT8_MAX;

  widen_weights(s, (const int8_t*)call->in[1], weights);
  int8_t* out = (int8_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    const int8_t* image = (const int8_t*)call->in[0] + n * s->in_h * s->in_w * s->in_c;
    int32_t widened = 0;  // rows, counted from the first of the padding
    for (int32_t oy = 0; oy < s->out_h; oy++, out += s->out_w * s->out_c) {
      const int32_t first = oy * s->stride_h;
      if (widened < first) widened = first;
      for (; widened < first + s->kernel_h; widened++) {
        widen_row(p, image, widened - s->pad_top, ring + widened % s->kernel_h * g.slot_words);
      }
      g.first_slot = first % s->kernel_h;
      g.ring = ring;
      g.weights = weights;
      for (int32_t c = 0; c < s->out_c; c += kLanes) {
        const int32_t channels = s->out_c - c < kLanes ? s->out_c - c : kLanes;
        load_constants(call, c, channels, &g);
        if (channels < kLanes || !er_fast_requantize_allowed(g.start, g.shift, kLanes, taps)) {
          row_general(p, &g, out + c, channels);
        } else if (s->kernel_w == 3 && whole_range) {
          row_fast_3_full(p, &g, out + c);
        } else {
          row_fast_any(p, &g, out + c);
        }
        g.ring += columns * kWordsPerTap;
        g.weights += taps * kWordsPerTap;
      }
    }
  }
}
