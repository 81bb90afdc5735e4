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

// Windows with a loop of their own.
static int is_3x3(const er_conv2d_shape_t* s) {
  return s->kernel_h == 3 && s->kernel_w == 3 && s->stride_w <= 2;
}

// Pairs of a row of the ring: all that some output looks at, padding included, and one more, which
// the second of two outputs looks at where only the first exists; it is never filled.
static uint64_t ring_pairs(const er_conv2d_shape_t* s) {
  return ((uint64_t)(s->out_w - 1) * (uint64_t)s->stride_w + (uint64_t)s->kernel_w + 1) / 2 + 1;
}

// Pairs of taps that reach over a row of the window wherever in a pair it begins.
static int32_t tap_pairs(const er_conv2d_shape_t* s) { return s->kernel_w / 2 + 1; }

// Words of a row of taps. 3x3: (w0, w1), (w1, w2). Others: the pairs for an output that begins in
// the first lane of a pair, then those for the second lane.
static int32_t row_words(const er_conv2d_shape_t* s) { return is_3x3(s) ? 2 : 2 * tap_pairs(s); }

// Rows of taps come again, so that they can be read in the order of the ring's slots.
static int32_t tap_rows(const er_conv2d_shape_t* s) { return 2 * s->kernel_h - 1; }

// The ring, [pair][slot][lane], then the taps, [lane][row][word].
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

typedef struct {
  int32_t start, multiplier, shift;
  int32_t addend;  // of fast requantization
  int fast;        // it is allowed
} channel_t;

typedef struct {
  const er_depthwise_conv2d_s8_params_t* params;
  uint32_t* ring;
  uint32_t* taps;
  int32_t pairs;                 // of a row of the ring that are filled
  int32_t count;                 // channels, at most kLanes
  int32_t input_offset[kLanes];  // of each lane's input channel within a pixel
  int in_order;                  // the lanes' input channels follow each other
  channel_t channels[kLanes];
} group_t;

// Words of one lane's taps.
static int32_t lane_words(const er_conv2d_shape_t* s) { return tap_rows(s) * row_words(s); }

// `weights` are the lane's.
static void prepare_row(const er_conv2d_shape_t* s, const int8_t* weights, uint32_t* to,
                        int32_t* sum) {
  if (is_3x3(s)) {
    const int32_t w0 = weights[0], w1 = weights[s->out_c], w2 = weights[2 * s->out_c];
    to[0] = lanes(w0, w1);
    to[1] = lanes(w1, w2);
    *sum += w0 + w1 + w2;
    return;
  }
  const int32_t pairs = tap_pairs(s);
  int32_t before = 0;  // the tap in front of the pair
  for (int32_t pair = 0, kx = 0; pair < pairs; pair++, kx += 2) {
    const int32_t w0 = kx < s->kernel_w ? weights[kx * s->out_c] : 0;
    const int32_t w1 = kx + 1 < s->kernel_w ? weights[(kx + 1) * s->out_c] : 0;
    to[pair] = lanes(w0, w1);
    to[pairs + pair] = lanes(before, w0);
    before = w1;
    *sum += w0 + w1;
  }
}

// Returns the sum of the weights.
static int32_t prepare_taps(const er_conv2d_shape_t* s, const int8_t* weights, uint32_t* to) {
  const int32_t words = row_words(s);
  int32_t sum = 0;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    uint32_t* const row = to + ky * words;
    prepare_row(s, weights + ky * s->kernel_w * s->out_c, row, &sum);
    if (ky == s->kernel_h - 1) break;
    for (int32_t i = 0; i < words; i++) row[s->kernel_h * words + i] = row[i];
  }
  return sum;
}

static void prepare_group(const er_kernel_call_t* call, int32_t c, group_t* g) {
  const er_depthwise_conv2d_s8_params_t* p = g->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t left = s->out_c - c;
  g->count = left < kLanes ? left : kLanes;
  g->in_order = g->count == kLanes && p->depth_multiplier == 1;
  for (int32_t i = 0; i < kLanes; i++) {
    // Lanes without a channel carry the last one's pixels along.
    const int32_t channel = c + (i < g->count ? i : g->count - 1);
    g->input_offset[i] = channel / p->depth_multiplier;
    if (i >= g->count) continue;
    channel_t* to = &g->channels[i];
    const int32_t sum =
        prepare_taps(s, (const int8_t*)call->in[1] + channel, g->taps + i * lane_words(s));
    to->start = er_wrap_add(bias ? bias[channel] : 0, er_wrap_mul(sum, p->input_offset));
    to->multiplier = ((const int32_t*)call->in[3])[channel];
    to->shift = ((const int32_t*)call->in[4])[channel];
    to->fast = er_fast_requantize_positive_allowed(&to->start, &to->multiplier, &to->shift, 1,
                                                   s->kernel_h * s->kernel_w);
    to->addend = to->fast ? er_fast_requantize_addend(p->output_offset, -to->shift) : 0;
  }
}

// One pixel of all lanes as er_widen_even and er_widen_odd give it.
typedef struct {
  er_packed_t even, odd;
} pixel_t;

static inline pixel_t load_pixel(const group_t* g, const int8_t* from) {
  er_packed_t four;
  if (g->in_order) {
    four = er_load4(from + g->input_offset[0]);
  } else {
    four = (er_packed_t)(uint8_t)from[g->input_offset[0]] |
           (er_packed_t)(uint8_t)from[g->input_offset[1]] << 8 |
           (er_packed_t)(uint8_t)from[g->input_offset[2]] << 16 |
           (er_packed_t)(uint8_t)from[g->input_offset[3]] << 24;
  }
  const pixel_t pixel = {er_widen_even(four), er_widen_odd(four)};
  return pixel;
}

static inline void store_pair(uint32_t* to, pixel_t first, pixel_t second) {
  to[0] = er_low_lanes(first.even, second.even);
  to[1] = er_low_lanes(first.odd, second.odd);
  to[2] = er_high_lanes(first.even, second.even);
  to[3] = er_high_lanes(first.odd, second.odd);
}

// Pairs of a row whose pixels may lie outside of the input.
static uint32_t* fill_edge(const group_t* g, const int8_t* row, uint32_t* to, int32_t begin,
                           int32_t end) {
  const er_conv2d_shape_t* s = &g->params->shape;
  const er_packed_t zero = er_both_lanes(-g->params->input_offset);
  const int32_t step = s->kernel_h * kLanes;
  for (int32_t x = 2 * begin - s->pad_left; begin < end; begin++, x += 2, to += step) {
    pixel_t first = {zero, zero}, second = first;
    if (x >= 0 && x < s->in_w) first = load_pixel(g, row + x * s->in_c);
    if (x >= -1 && x < s->in_w - 1) second = load_pixel(g, row + (x + 1) * s->in_c);
    store_pair(to, first, second);
  }
  return to;
}

// Input row `y` into its slot of the ring.
static void fill_row(const group_t* g, const int8_t* image, int32_t y, int32_t slot) {
  const er_conv2d_shape_t* s = &g->params->shape;
  const int32_t step = s->kernel_h * kLanes;
  uint32_t* to = g->ring + slot * kLanes;
  if (y < 0 || y >= s->in_h) {
    const er_packed_t zero = er_both_lanes(-g->params->input_offset);
    for (int32_t i = 0; i < g->pairs; i++, to += step) to[0] = to[1] = to[2] = to[3] = zero;
    return;
  }
  const int8_t* row = image + y * s->in_w * s->in_c;
  // Pairs with both pixels inside.
  const int32_t begin = er_clamp((s->pad_left + 1) / 2, 0, g->pairs);
  const int32_t end = er_clamp((s->pad_left + s->in_w) / 2, begin, g->pairs);
  to = fill_edge(g, row, to, 0, begin);
  const int8_t* from = row + (2 * begin - s->pad_left) * s->in_c;
  if (g->in_order) {
    from += g->input_offset[0];
    for (int32_t i = begin; i < end; i++, to += step, from += 2 * s->in_c) {
      const er_packed_t x0 = er_load4(from), x1 = er_load4(from + s->in_c);
      const pixel_t first = {er_widen_even(x0), er_widen_odd(x0)};
      const pixel_t second = {er_widen_even(x1), er_widen_odd(x1)};
      store_pair(to, first, second);
    }
  } else {
    for (int32_t i = begin; i < end; i++, to += step, from += 2 * s->in_c) {
      store_pair(to, load_pixel(g, from), load_pixel(g, from + s->in_c));
    }
  }
  fill_edge(g, row, to, end, g->pairs);
}

// How sums become outputs: all of int8, a range of it, or, for channels that do not allow fast
// requantization, in full.
typedef enum { kFull, kClamped, kGeneral } requantize_t;

static inline __attribute__((always_inline)) int32_t output_of(
    const er_depthwise_conv2d_s8_params_t* p, const channel_t* c, int32_t acc, requantize_t mode) {
  if (mode == kGeneral) {
    const int32_t y = er_multiply_by_quantized_multiplier(acc, c->multiplier, c->shift);
    return er_clamp(er_wrap_add(y, p->output_offset), p->act_min, p->act_max);
  }
  const int32_t y = er_fast_requantize_positive(acc, c->multiplier, -c->shift, c->addend);
  return mode == kFull ? er_saturate_s8(y) : er_clamp(y, p->act_min, p->act_max);
}

// A row of outputs of one channel. `taps` are the lane's that belong to slot 0 of the ring.
static inline __attribute__((always_inline)) void row_any(const group_t* g, int32_t lane,
                                                          const uint32_t* taps, int8_t* out,
                                                          requantize_t mode) {
  const er_depthwise_conv2d_s8_params_t p = *g->params;
  const er_conv2d_shape_t* s = &p.shape;
  const channel_t c = g->channels[lane];
  const int32_t pairs = tap_pairs(s), step = s->kernel_h * kLanes;
  for (int32_t ox = 0; ox < s->out_w; ox++, out += s->out_c) {
    const int32_t column = ox * s->stride_w;
    const uint32_t* w = taps + (column & 1) * pairs;
    int32_t acc = c.start;
    for (int32_t slot = 0; slot < s->kernel_h; slot++, w += pairs) {
      const uint32_t* x = g->ring + (column >> 1) * step + slot * kLanes + lane;
      for (int32_t i = 0; i < pairs; i++, x += step, w++) acc = er_smlad(*x, *w, acc);
    }
    *out = (int8_t)output_of(&p, &c, acc, mode);
  }
}

// The same for three by three taps, two outputs at a time; `stride` is 1 or 2.
static inline __attribute__((always_inline)) void row_3x3(const group_t* g, int32_t lane,
                                                          const uint32_t* taps, int8_t* out,
                                                          int32_t stride, requantize_t mode) {
  enum { kStep = 3 * kLanes };
  const er_depthwise_conv2d_s8_params_t p = *g->params;
  const channel_t c = g->channels[lane];
  const int32_t pixel = p.shape.out_c;
  const uint32_t* x = g->ring + lane;
  for (int32_t left = p.shape.out_w; left > 0; left -= 2, x += stride * kStep, out += 2 * pixel) {
    int32_t a0 = c.start, a1 = c.start;
    for (int i = 0; i < 3; i++) {
      const er_packed_t front = taps[2 * i], back = taps[2 * i + 1];  // (w0, w1), (w1, w2)
      const er_packed_t x0 = x[i * kLanes], x1 = x[i * kLanes + kStep];
      a0 = er_multiply_high_low_add(back, x1, er_smlad(front, x0, a0));
      if (stride == 1) {
        a1 = er_smlad(back, x1, er_multiply_low_high_add(front, x0, a1));
      } else {
        const er_packed_t x2 = x[i * kLanes + 2 * kStep];
        a1 = er_multiply_high_low_add(back, x2, er_smlad(front, x1, a1));
      }
    }
    const int32_t y0 = output_of(&p, &c, a0, mode), y1 = output_of(&p, &c, a1, mode);
    if (left > 1) out[pixel] = (int8_t)y1;
    *out = (int8_t)y0;
  }
}

// A row of outputs of one channel, in place of the functions above with all that is constant.
typedef void row_t(const group_t* g, int32_t lane, const uint32_t* taps, int8_t* out);

#define ER_ROWS(name, call)                                                                  \
  static void name##_full(const group_t* g, int32_t lane, const uint32_t* w, int8_t* o) {    \
    call(kFull);                                                                             \
  }                                                                                          \
  static void name##_clamped(const group_t* g, int32_t lane, const uint32_t* w, int8_t* o) { \
    call(kClamped);                                                                          \
  }                                                                                          \
  static void name##_general(const group_t* g, int32_t lane, const uint32_t* w, int8_t* o) { \
    call(kGeneral);                                                                          \
  }                                                                                          \
  static row_t* const name[] = {name##_full, name##_clamped, name##_general};
#define ER_ANY(mode) row_any(g, lane, w, o, mode)
#define ER_3X3(mode) row_3x3(g, lane, w, o, 1, mode)
#define ER_3X3_BY_2(mode) row_3x3(g, lane, w, o, 2, mode)
ER_ROWS(kAny, ER_ANY)
ER_ROWS(k3x3, ER_3X3)
ER_ROWS(k3x3By2, ER_3X3_BY_2)

// All outputs of one image and the group's channels; `out` is the first one's.
static void run_group(group_t* g, const int8_t* image, int8_t* out) {
  const er_depthwise_conv2d_s8_params_t* p = g->params;
  const er_conv2d_shape_t* s = &p->shape;
  row_t* const* rows = is_3x3(s) ? (s->stride_w == 1 ? k3x3 : k3x3By2) : kAny;
  row_t* const fast = rows[p->act_min == INT8_MIN && p->act_max == INT8_MAX ? kFull : kClamped];
  const int32_t words = lane_words(s), slots = s->kernel_h, row_bytes = s->out_w * s->out_c;
  int32_t filled = 0;  // rows, counted from the first of the padding
  int32_t slot = 0;    // of the next one
  for (int32_t oy = 0; oy < s->out_h; oy++, out += row_bytes) {
    const int32_t first = oy * s->stride_h;
    if (filled < first) {
      filled = first;
      slot = first % slots;
    }
    for (; filled < first + slots; filled++) {
      fill_row(g, image, filled - s->pad_top, slot);
      if (++slot == slots) slot = 0;
    }
    // Behind the window's last row its first one has its slot.
    const uint32_t* taps = g->taps + (slot ? (slots - slot) * row_words(s) : 0);
    for (int32_t i = 0; i < g->count; i++, taps += words) {
      (g->channels[i].fast ? fast : rows[kGeneral])(g, i, taps, out + i);
    }
  }
}

void er_depthwise_conv2d_s8_armv7em(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  if (!is_supported(p)) {
    er_depthwise_conv2d_s8_ref(call);
    return;
  }
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t pairs = (int32_t)ring_pairs(s);
  group_t g;
  g.params = p;
  g.ring = (uint32_t*)call->scratch;
  g.taps = g.ring + pairs * s->kernel_h * kLanes;
  g.pairs = pairs - 1;
  for (int32_t c = 0; c < s->out_c; c += kLanes) {
    prepare_group(call, c, &g);
    for (int32_t n = 0; n < s->batch; n++) {
      run_group(&g, (const int8_t*)call->in[0] + n * s->in_h * s->in_w * s->in_c,
                (int8_t*)call->out[0] + n * s->out_h * s->out_w * s->out_c + c);
    }
  }
}
