// Depthwise convolution for Armv7E-M. Four output channels after another go over the whole image:
// the kernel_h input rows under the window stand in a ring, each channel's pixels in pairs of int16
// lanes, so that SMLAD multiplies two taps of a row at once.
//
// Pixels keep their zero point: what the input offset adds, the same for each output, is part of
// the channel's start value, and padding is the zero point itself.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

enum { kLanes = 4 };

// Anything else goes to the reference kernel.
static int is_supported(const er_depthwise_conv2d_s8_params_t* p) {
  return p->shape.dilation_h == 1 && p->shape.dilation_w == 1;
}

// Pairs of a row of the ring: all that some output looks at, padding included, and one more, which
// the second of two outputs may look at where only the first exists.
static uint64_t ring_pairs(const er_conv2d_shape_t* s) {
  return ((uint64_t)(s->out_w - 1) * (uint64_t)s->stride_w + (uint64_t)s->kernel_w + 1) / 2 + 1;
}

// Pairs of taps that reach over a row of the window wherever in a pair it begins.
static int32_t tap_pairs(const er_conv2d_shape_t* s) { return s->kernel_w / 2 + 1; }

// Words of a row of taps: those for an output that begins in the first lane of a pair, then in the
// second; each from the last pair to the first.
static int32_t row_words(const er_conv2d_shape_t* s) { return 2 * tap_pairs(s); }

// Rows of taps come again, so that they can be read in the order of the ring's slots.
static int32_t tap_rows(const er_conv2d_shape_t* s) { return 2 * s->kernel_h - 1; }

// The ring, [pair][slot][channel], then the taps, [channel][row][word].
uint32_t er_depthwise_conv2d_s8_armv7em_scratch_bytes(
    const er_depthwise_conv2d_s8_params_t* params) {
  if (!is_supported(params)) return 0;
  const er_conv2d_shape_t* s = &params->shape;
  const uint64_t words = kLanes * (ring_pairs(s) + 2 * (uint64_t)row_words(s));
  const uint64_t limit = UINT32_MAX / sizeof(uint32_t) / (uint64_t)s->kernel_h;
  // More than any arena holds is refused by whoever asked.
  return words > limit ? UINT32_MAX : (uint32_t)(words * (uint64_t)s->kernel_h * sizeof(uint32_t));
}

static inline er_packed_t lanes(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xFFFFu) | (uint32_t)high << 16;
}

// One channel of the group.
typedef struct {
  const uint32_t* taps;
  int32_t start, multiplier, shift;
  int32_t addend;  // of fast requantization
  int fast;        // it is allowed
} channel_t;

typedef struct {
  const er_depthwise_conv2d_s8_params_t* params;
  uint32_t* ring;
  int32_t pairs;                 // of a row of the ring
  int32_t count;                 // channels, at most kLanes
  int32_t input_offset[kLanes];  // of each lane's input channel within a pixel
  channel_t channels[kLanes];
  int32_t first_slot;  // of the window's first row
} group_t;

// `weights` are the channel's. Returns their sum.
static int32_t prepare_taps(const er_conv2d_shape_t* s, const int8_t* weights, uint32_t* to) {
  const int32_t pairs = tap_pairs(s);
  int32_t sum = 0;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int8_t* row = weights + ky * s->kernel_w * s->out_c;
    uint32_t* word = to + ky * row_words(s) + pairs;
    int32_t before = 0;  // the tap in front of the pair
    for (int32_t kx = 0; kx < 2 * pairs; kx += 2) {
      const int32_t w0 = kx < s->kernel_w ? row[kx * s->out_c] : 0;
      const int32_t w1 = kx + 1 < s->kernel_w ? row[(kx + 1) * s->out_c] : 0;
      *--word = lanes(w0, w1);
      word[pairs] = lanes(before, w0);
      before = w1;
      sum += w0 + w1;
    }
  }
  const int32_t words = s->kernel_h * row_words(s);
  for (int32_t i = words; i < tap_rows(s) * row_words(s); i++) to[i] = to[i - words];
  return sum;
}

static void prepare_group(const er_kernel_call_t* call, int32_t c, uint32_t* taps, group_t* g) {
  const er_depthwise_conv2d_s8_params_t* p = g->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  const int32_t left = s->out_c - c;
  g->count = left < kLanes ? left : kLanes;
  for (int32_t i = 0; i < kLanes; i++) {
    // Lanes without a channel carry the last one's pixels along.
    const int32_t channel = c + (i < g->count ? i : g->count - 1);
    g->input_offset[i] = channel / p->depth_multiplier;
    if (i >= g->count) continue;
    channel_t* to = &g->channels[i];
    const int32_t sum = prepare_taps(s, (const int8_t*)call->in[1] + channel, taps);
    to->taps = taps;
    taps += tap_rows(s) * row_words(s);
    to->start = er_wrap_add(bias ? bias[channel] : 0, er_wrap_mul(sum, p->input_offset));
    to->multiplier = multiplier[channel];
    to->shift = shift[channel];
    to->fast = er_fast_requantize_positive_allowed(&to->start, &to->multiplier, &to->shift, 1,
                                                   s->kernel_h * s->kernel_w);
    to->addend = to->fast ? er_fast_requantize_addend(p->output_offset, -to->shift) : 0;
  }
}

// The channel's row of taps that belongs to slot 0 of the ring; the other slots' follow.
static inline const uint32_t* taps_by_slot(const group_t* g, const channel_t* c) {
  const er_conv2d_shape_t* s = &g->params->shape;
  return c->taps + (g->first_slot ? (s->kernel_h - g->first_slot) * row_words(s) : 0);
}

// Pairs `begin` to `end` of a row by single pixels; `row` is NULL outside of the input.
static void fill_edge(const group_t* g, const int8_t* row, uint32_t* to, int32_t begin,
                      int32_t end) {
  const er_conv2d_shape_t* s = &g->params->shape;
  const int32_t zero = -g->params->input_offset, step = s->kernel_h * kLanes;
  for (int32_t pair = begin; pair < end; pair++) {
    const int32_t x = 2 * pair - s->pad_left;
    const int inside0 = row && x >= 0 && x < s->in_w, inside1 = row && x >= -1 && x < s->in_w - 1;
    for (int32_t i = 0; i < kLanes; i++) {
      const int8_t* from = row + (inside0 || inside1 ? x * s->in_c + g->input_offset[i] : 0);
      to[pair * step + i] = lanes(inside0 ? from[0] : zero, inside1 ? from[s->in_c] : zero);
    }
  }
}

// Pairs of pixels inside of the input, four channels that follow each other.
static void fill_inside(const int8_t* from, int32_t pixel_bytes, uint32_t* to, int32_t step,
                        int32_t pairs) {
  for (; pairs > 0; pairs--, from += 2 * pixel_bytes, to += step) {
    const er_packed_t x0 = er_load4(from), x1 = er_load4(from + pixel_bytes);
    const er_packed_t even0 = er_widen_even(x0), even1 = er_widen_even(x1);
    const er_packed_t odd0 = er_widen_odd(x0), odd1 = er_widen_odd(x1);
    to[0] = er_low_lanes(even0, even1);
    to[1] = er_low_lanes(odd0, odd1);
    to[2] = er_high_lanes(even0, even1);
    to[3] = er_high_lanes(odd0, odd1);
  }
}

// Input row `y` into its slot of the ring.
static void fill_row(const group_t* g, const int8_t* image, int32_t y, int32_t slot) {
  const er_conv2d_shape_t* s = &g->params->shape;
  const int8_t* row = y >= 0 && y < s->in_h ? image + y * s->in_w * s->in_c : NULL;
  uint32_t* const to = g->ring + slot * kLanes;
  // Pairs with both pixels inside.
  int32_t begin = (s->pad_left + 1) / 2, end = (s->pad_left + s->in_w) / 2;
  if (!row || g->input_offset[kLanes - 1] != g->input_offset[0] + kLanes - 1) begin = g->pairs;
  if (begin > g->pairs) begin = g->pairs;
  if (end > g->pairs) end = g->pairs;
  if (end < begin) end = begin;
  fill_edge(g, row, to, 0, begin);
  fill_inside(row + (row ? (2 * begin - s->pad_left) * s->in_c + g->input_offset[0] : 0), s->in_c,
              to + begin * s->kernel_h * kLanes, s->kernel_h * kLanes, end - begin);
  fill_edge(g, row, to, end, g->pairs);
}

// A row of outputs of one channel, any window.
static __attribute__((noinline)) void row_any(const group_t* g, int32_t lane, int8_t* out) {
  const er_depthwise_conv2d_s8_params_t* p = g->params;
  const er_conv2d_shape_t* s = &p->shape;
  const channel_t* c = &g->channels[lane];
  const int32_t pairs = tap_pairs(s), step = s->kernel_h * kLanes;
  for (int32_t ox = 0; ox < s->out_w; ox++, out += s->out_c) {
    const int32_t column = ox * s->stride_w;
    const uint32_t* w = taps_by_slot(g, c) + (column & 1) * pairs;
    int32_t acc = c->start;
    for (int32_t slot = 0; slot < s->kernel_h; slot++, w += pairs) {
      const uint32_t* x = g->ring + (column >> 1) * step + slot * kLanes + lane;
      w += pairs;
      for (int32_t i = 1; i <= pairs; i++, x += step) acc = er_smlad(*x, w[-i], acc);
    }
    int32_t y;
    if (c->fast) {
      y = er_fast_requantize_positive(acc, c->multiplier, -c->shift, c->addend);
    } else {
      y = er_wrap_add(er_multiply_by_quantized_multiplier(acc, c->multiplier, c->shift),
                      p->output_offset);
    }
    *out = (int8_t)er_clamp(y, p->act_min, p->act_max);
  }
}

// A row of outputs of one channel that allows fast requantization: three by three taps, two outputs
// at a time. `stride` is 1 or 2. `full`: the activation's range is all of int8.
static inline __attribute__((always_inline)) void row_3x3(const group_t* g, int32_t lane,
                                                          int8_t* out, int32_t stride, int full) {
  enum { kRow = kLanes, kStep = 3 * kLanes };
  const er_depthwise_conv2d_s8_params_t* p = g->params;
  const channel_t* c = &g->channels[lane];
  const uint32_t* const taps = taps_by_slot(g, c);
  const int32_t multiplier = c->multiplier, right = -c->shift, start = c->start;
  const int32_t addend = c->addend;
  const int32_t low = p->act_min, high = p->act_max, pixel = p->shape.out_c;
  const uint32_t* x = g->ring + lane;
  for (int32_t left = p->shape.out_w; left > 0; left -= 2, x += stride * kStep) {
    int32_t a0 = start, a1 = start;
    for (int i = 0; i < 3; i++) {
      const er_packed_t front = taps[4 * i + 1], back = taps[4 * i + 2];  // (w0, w1), (w1, w2)
      const er_packed_t x0 = x[i * kRow], x1 = x[i * kRow + kStep];
      a0 = er_multiply_high_low_add(back, x1, er_smlad(front, x0, a0));
      if (stride == 1) {
        a1 = er_smlad(back, x1, er_multiply_low_high_add(front, x0, a1));
      } else {
        const er_packed_t x2 = x[i * kRow + 2 * kStep];
        a1 = er_multiply_high_low_add(back, x2, er_smlad(front, x1, a1));
      }
    }
    int32_t y0 = er_fast_requantize_positive(a0, multiplier, right, addend);
    int32_t y1 = er_fast_requantize_positive(a1, multiplier, right, addend);
    y0 = full ? er_saturate_s8(y0) : er_clamp(y0, low, high);
    y1 = full ? er_saturate_s8(y1) : er_clamp(y1, low, high);
    if (left > 1) out[pixel] = (int8_t)y1;
    *out = (int8_t)y0;
    out += 2 * pixel;
  }
}

typedef void row_t(const group_t* g, int32_t lane, int8_t* out);

static void row_3x3_full(const group_t* g, int32_t lane, int8_t* out) {
  row_3x3(g, lane, out, 1, 1);
}
static void row_3x3_clamped(const group_t* g, int32_t lane, int8_t* out) {
  row_3x3(g, lane, out, 1, 0);
}
static void row_3x3_by_2_full(const group_t* g, int32_t lane, int8_t* out) {
  row_3x3(g, lane, out, 2, 1);
}
static void row_3x3_by_2_clamped(const group_t* g, int32_t lane, int8_t* out) {
  row_3x3(g, lane, out, 2, 0);
}

static row_t* fast_row(const er_depthwise_conv2d_s8_params_t* p) {
  const er_conv2d_shape_t* s = &p->shape;
  const int full = p->act_min == INT8_MIN && p->act_max == INT8_MAX;
  if (s->kernel_h != 3 || s->kernel_w != 3 || s->stride_w > 2) return row_any;
  if (s->stride_w == 1) return full ? row_3x3_full : row_3x3_clamped;
  return full ? row_3x3_by_2_full : row_3x3_by_2_clamped;
}

// All outputs of one image and the group's channels; `out` is the first one's.
static void run_group(group_t* g, const int8_t* image, int8_t* out) {
  const er_conv2d_shape_t* s = &g->params->shape;
  row_t* const fast = fast_row(g->params);
  int32_t filled = 0;  // rows, counted from the first of the padding
  for (int32_t oy = 0; oy < s->out_h; oy++, out += s->out_w * s->out_c) {
    const int32_t first = oy * s->stride_h;
    if (filled < first) filled = first;
    for (; filled < first + s->kernel_h; filled++) {
      fill_row(g, image, filled - s->pad_top, filled % s->kernel_h);
    }
    g->first_slot = first % s->kernel_h;
    for (int32_t i = 0; i < g->count; i++) (g->channels[i].fast ? fast : row_any)(g, i, out + i);
  }
}

void er_depthwise_conv2d_s8_armv7em(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  if (!is_supported(p)) {
    er_depthwise_conv2d_s8_ref(call);
    return;
  }
  const er_conv2d_shape_t* s = &p->shape;
  group_t g;
  g.params = p;
  g.ring = (uint32_t*)call->scratch;
  g.pairs = (int32_t)ring_pairs(s);
  uint32_t* const taps = g.ring + g.pairs * s->kernel_h * kLanes;
  for (int32_t c = 0; c < s->out_c; c += kLanes) {
    prepare_group(call, c, taps, &g);
    for (int32_t n = 0; n < s->batch; n++) {
      run_group(&g, (const int8_t*)call->in[0] + n * s->in_h * s->in_w * s->in_c,
                (int8_t*)call->out[0] + n * s->out_h * s->out_w * s->out_c + c);
    }
  }
}
