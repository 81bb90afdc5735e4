// Convolution for Armv7E-M with weights packed in pairs of output channels: two or three output
// pixels are gathered and widened to int16 once, then every pair of channels is multiplied with
// them. Three pixels are faster and want more scratch memory.
#include "firmware/kernels/common/dot_pairs.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/conv2d/columns.h"

enum { kNarrow = 2, kWide = 3 };

uint32_t er_conv2d_s8_armv7em_pairs_scratch_bytes(const er_conv2d_s8_params_t* params) {
  return er_columns_scratch_bytes(&params->shape, kNarrow);
}

uint32_t er_conv2d_s8_armv7em_pairs_wide_scratch_bytes(const er_conv2d_s8_params_t* params) {
  return er_columns_scratch_bytes(&params->shape, kWide);
}

// One block of `width` pixels by all channels.
typedef struct {
  const er_conv2d_s8_params_t* params;
  const uint32_t* columns;
  int32_t groups;  // of a window
  const int8_t* weights;
  const int32_t* bias;  // NULL = none
  const int32_t* multiplier;
  const int32_t* shift;
  int8_t* out;        // the first pixel's
  int32_t at[kWide];  // from there to each pixel's outputs; 0 for a missing one, too
} block_t;

static inline __attribute__((always_inline)) er_pairs_block_t dot(const block_t* b,
                                                                  const er_pairs_ends_t* ends,
                                                                  const int8_t* weights,
                                                                  er_pairs_block_t sum,
                                                                  int32_t width) {
  return width == kWide ? er_dot_3x2_pairs(b->columns, ends, weights, sum)
                        : er_dot_2x2_pairs(b->columns, ends, weights, sum);
}

typedef struct {
  int32_t sum[kWide];
} sums_t;

// The outputs of one channel by fast requantization. A missing pixel is written where pixel 0 is,
// which comes last. `p` and `at` are the caller's copies: the outputs might lie on the originals,
// as far as the compiler knows. `full`: the activation's range is all of int8.
static inline __attribute__((always_inline)) void put(const er_conv2d_s8_params_t* p,
                                                      const int32_t* at, int8_t* out, sums_t sums,
                                                      int32_t multiplier, int32_t shift,
                                                      int32_t width, int full) {
  const int32_t addend = er_fast_requantize_addend(p->output_offset, -shift);
  int32_t y[kWide];
  for (int32_t i = 0; i < width; i++) {
    y[i] = er_fast_requantize_positive(sums.sum[i], multiplier, -shift, addend);
    y[i] = full ? er_saturate_s8(y[i]) : er_clamp(y[i], p->act_min, p->act_max);
  }
  for (int32_t i = width - 1; i > 0; i--) out[at[i]] = (int8_t)y[i];
  out[0] = (int8_t)y[0];
}

static __attribute__((noinline)) void put_general(const block_t* b, int8_t* out, sums_t sums,
                                                  int32_t multiplier, int32_t shift,
                                                  int32_t width) {
  const er_conv2d_s8_params_t* p = b->params;
  for (int32_t i = width - 1; i >= 0; i--) {
    const int32_t y = er_multiply_by_quantized_multiplier(sums.sum[i], multiplier, shift);
    out[b->at[i]] = (int8_t)er_clamp(er_wrap_add(y, p->output_offset), p->act_min, p->act_max);
  }
}

// Pairs of channels that all allow fast requantization.
static inline __attribute__((always_inline)) void multiply(const block_t* block, int32_t pairs,
                                                           int32_t width, int full) {
  const block_t b = *block;
  const er_conv2d_s8_params_t p = *block->params;
  const er_pairs_ends_t ends = er_pairs_ends(b.columns, b.groups, width);
  const int8_t* weights = b.weights;
  const int32_t* bias = b.bias;
  const int32_t* multiplier = b.multiplier;
  const int32_t* shift = b.shift;
  int8_t* out = b.out;
  int8_t* const out_end = out + 2 * pairs;
  for (; out != out_end; out += 2) {
    er_pairs_block_t sum = {0, 0, 0, 0, 0, 0};
    if (bias) {
      sum.a00 = sum.a10 = sum.a20 = bias[0];
      sum.a01 = sum.a11 = sum.a21 = bias[1];
      bias += 2;
    }
    sum = dot(&b, &ends, weights, sum, width);
    weights += 8 * b.groups;
    const int32_t multiplier0 = multiplier[0], multiplier1 = multiplier[1];
    const int32_t shift0 = shift[0], shift1 = shift[1];
    multiplier += 2;
    shift += 2;
    const sums_t sums0 = {{sum.a00, sum.a10, sum.a20}}, sums1 = {{sum.a01, sum.a11, sum.a21}};
    put(&p, b.at, out, sums0, multiplier0, shift0, width, full);
    put(&p, b.at, out + 1, sums1, multiplier1, shift1, width, full);
  }
}

// The last `channels` channels: each is asked whether it allows fast requantization, and the second
// row of the last pair may be a filling.
static inline __attribute__((always_inline)) void multiply_any(const block_t* b, int32_t channels,
                                                               int32_t width) {
  const er_conv2d_s8_params_t p = *b->params;
  const er_pairs_ends_t ends = er_pairs_ends(b->columns, b->groups, width);
  const int32_t terms = er_window_bytes(&p.shape);
  for (int32_t c = 0; c < channels; c += 2) {
    er_pairs_block_t sum = {0, 0, 0, 0, 0, 0};
    sum = dot(b, &ends, b->weights + 4 * b->groups * c, sum, width);
    const sums_t pair[2] = {{{sum.a00, sum.a10, sum.a20}}, {{sum.a01, sum.a11, sum.a21}}};
    for (int32_t i = c; i < c + 2 && i < channels; i++) {
      const int32_t start = b->bias ? b->bias[i] : 0;
      sums_t sums = pair[i - c];
      for (int32_t k = 0; k < width; k++) sums.sum[k] = er_wrap_add(sums.sum[k], start);
      const int32_t multiplier = b->multiplier[i], shift = b->shift[i];
      if (er_fast_requantize_positive_allowed(&start, &multiplier, &shift, 1, terms)) {
        put(&p, b->at, b->out + i, sums, multiplier, shift, width, 0);
      } else {
        put_general(b, b->out + i, sums, multiplier, shift, width);
      }
    }
  }
}

// How a kernel multiplies a block: `full` and `clamped` some pairs of channels, `any` channels.
typedef struct {
  void (*full)(const block_t* b, int32_t pairs);
  void (*clamped)(const block_t* b, int32_t pairs);
  void (*any)(const block_t* b, int32_t channels);
} multiply_t;

static void run(const er_kernel_call_t* call, int32_t width, const multiply_t* multiply_by) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  er_columns_t columns = er_columns_begin(p, (const int8_t*)call->in[0], width, call->scratch);
  block_t b = {p,
               columns.words,
               (er_window_bytes(s) + 3) / 4,
               (const int8_t*)call->in[1],
               (const int32_t*)call->in[2],
               (const int32_t*)call->in[3],
               (const int32_t*)call->in[4],
               (int8_t*)call->out[0],
               {0}};
  const int fast = er_fast_requantize_positive_allowed(b.bias, b.multiplier, b.shift, s->out_c,
                                                       er_window_bytes(s));
  const int full = p->act_min == INT8_MIN && p->act_max == INT8_MAX;
  const int32_t pairs = fast ? s->out_c / 2 : 0;
  for (int32_t left = s->batch * s->out_h * s->out_w; left > 0; left -= width) {
    for (int32_t i = 0; i < width; i++) {
      b.at[i] = i < left ? i * s->out_c : 0;
      if (i < left) {
        er_columns_fill(&columns, i);
      } else {
        er_columns_clear(&columns, i);
      }
    }
    if (pairs) (full ? multiply_by->full : multiply_by->clamped)(&b, pairs);
    if (2 * pairs < s->out_c) {
      block_t rest = b;
      rest.weights += 8 * pairs * b.groups;
      if (rest.bias) rest.bias += 2 * pairs;
      rest.multiplier += 2 * pairs;
      rest.shift += 2 * pairs;
      rest.out += 2 * pairs;
      multiply_by->any(&rest, s->out_c - 2 * pairs);
    }
    b.out += width * s->out_c;
  }
}

static void narrow_full(const block_t* b, int32_t pairs) { multiply(b, pairs, kNarrow, 1); }
static void narrow_clamped(const block_t* b, int32_t pairs) { multiply(b, pairs, kNarrow, 0); }
static void narrow_any(const block_t* b, int32_t channels) { multiply_any(b, channels, kNarrow); }

void er_conv2d_s8_armv7em_pairs(const er_kernel_call_t* call) {
  static const multiply_t kBy = {narrow_full, narrow_clamped, narrow_any};
  run(call, kNarrow, &kBy);
}

static void wide_full(const block_t* b, int32_t pairs) { multiply(b, pairs, kWide, 1); }
static void wide_clamped(const block_t* b, int32_t pairs) { multiply(b, pairs, kWide, 0); }
static void wide_any(const block_t* b, int32_t channels) { multiply_any(b, channels, kWide); }

void er_conv2d_s8_armv7em_pairs_wide(const er_kernel_call_t* call) {
  static const multiply_t kBy = {wide_full, wide_clamped, wide_any};
  run(call, kWide, &kBy);
}
