// Convolution for Armv7E-M with weights packed in pairs of output channels: three output pixels are
// gathered and widened to int16 once, then every pair of channels is multiplied with them.
#include "firmware/kernels/common/dot_pairs.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/conv2d/columns.h"

uint32_t er_conv2d_s8_armv7em_pairs_scratch_bytes(const er_conv2d_s8_params_t* params) {
  return er_columns_scratch_bytes(&params->shape, ER_PAIRS_COLUMNS);
}

// One block of pixels by all channels.
typedef struct {
  const er_conv2d_s8_params_t* params;
  const uint32_t* columns;
  int32_t groups;  // of a window
  const int8_t* weights;
  const int32_t* bias;  // NULL = none
  const int32_t* multiplier;
  const int32_t* shift;
  int8_t* out;            // the first pixel's
  int32_t second, third;  // from there to the other pixels'; 0 where there is none
} block_t;

typedef struct {
  int32_t sum[ER_PAIRS_COLUMNS];
} sums_t;

// What the outputs of all channels share. `full`: the activation's range is all of int8.
typedef struct {
  int32_t offset, low, high;
  int32_t second, third;
} outputs_t;

static inline outputs_t outputs_of(const block_t* b) {
  const er_conv2d_s8_params_t* p = b->params;
  const outputs_t outputs = {p->output_offset, p->act_min, p->act_max, b->second, b->third};
  return outputs;
}

// The outputs of one channel by fast requantization. A missing pixel is written where pixel 0 is,
// which comes last.
static inline __attribute__((always_inline)) void put(const outputs_t* o, int8_t* out, sums_t sums,
                                                      int32_t multiplier, int32_t shift, int full) {
  const int32_t addend = er_fast_requantize_addend(o->offset, -shift);
  int32_t y[ER_PAIRS_COLUMNS];
  for (int i = 0; i < ER_PAIRS_COLUMNS; i++) {
    y[i] = er_fast_requantize_positive(sums.sum[i], multiplier, -shift, addend);
    y[i] = full ? er_saturate_s8(y[i]) : er_clamp(y[i], o->low, o->high);
  }
  out[o->third] = (int8_t)y[2];
  out[o->second] = (int8_t)y[1];
  out[0] = (int8_t)y[0];
}

static __attribute__((noinline)) void put_general(const block_t* b, int8_t* out, sums_t sums,
                                                  int32_t multiplier, int32_t shift) {
  const er_conv2d_s8_params_t* p = b->params;
  const int32_t at[ER_PAIRS_COLUMNS] = {0, b->second, b->third};
  for (int i = ER_PAIRS_COLUMNS - 1; i >= 0; i--) {
    const int32_t y = er_multiply_by_quantized_multiplier(sums.sum[i], multiplier, shift);
    out[at[i]] = (int8_t)er_clamp(er_wrap_add(y, p->output_offset), p->act_min, p->act_max);
  }
}

// Pairs of channels that all allow fast requantization.
static inline __attribute__((always_inline)) void multiply(const block_t* block, int32_t pairs,
                                                           int full) {
  const block_t b = *block;
  const er_ends_3x2_t ends = er_ends_3x2(b.columns, b.groups);
  const outputs_t outputs = outputs_of(block);
  const int8_t* weights = b.weights;
  const int32_t* bias = b.bias;
  const int32_t* multiplier = b.multiplier;
  const int32_t* shift = b.shift;
  int8_t* out = b.out;
  int8_t* const out_end = out + 2 * pairs;
  for (; out != out_end; out += 2) {
    er_block_3x2_t sum = {0, 0, 0, 0, 0, 0};
    if (bias) {
      sum.a00 = sum.a10 = sum.a20 = bias[0];
      sum.a01 = sum.a11 = sum.a21 = bias[1];
      bias += 2;
    }
    sum = er_dot_3x2(b.columns, &ends, weights, sum);
    weights += 8 * b.groups;
    const int32_t multiplier0 = multiplier[0], multiplier1 = multiplier[1];
    const int32_t shift0 = shift[0], shift1 = shift[1];
    multiplier += 2;
    shift += 2;
    const sums_t sums0 = {{sum.a00, sum.a10, sum.a20}}, sums1 = {{sum.a01, sum.a11, sum.a21}};
    put(&outputs, out, sums0, multiplier0, shift0, full);
    put(&outputs, out + 1, sums1, multiplier1, shift1, full);
  }
}

static __attribute__((noinline)) void multiply_full(const block_t* b, int32_t pairs) {
  multiply(b, pairs, 1);
}

static __attribute__((noinline)) void multiply_clamped(const block_t* b, int32_t pairs) {
  multiply(b, pairs, 0);
}

// The last `channels` channels: each is asked whether it allows fast requantization, and the second
// row of the last pair may be a filling.
static __attribute__((noinline)) void multiply_any(const block_t* b, int32_t channels) {
  const er_conv2d_s8_params_t* p = b->params;
  const er_ends_3x2_t ends = er_ends_3x2(b->columns, b->groups);
  const outputs_t outputs = outputs_of(b);
  const int32_t terms = er_window_bytes(&p->shape);
  for (int32_t c = 0; c < channels; c += 2) {
    er_block_3x2_t sum = {0, 0, 0, 0, 0, 0};
    sum = er_dot_3x2(b->columns, &ends, b->weights + 4 * b->groups * c, sum);
    const sums_t pair[2] = {{{sum.a00, sum.a10, sum.a20}}, {{sum.a01, sum.a11, sum.a21}}};
    for (int32_t i = c; i < c + 2 && i < channels; i++) {
      const int32_t start = b->bias ? b->bias[i] : 0;
      sums_t sums = pair[i - c];
      for (int k = 0; k < ER_PAIRS_COLUMNS; k++) sums.sum[k] = er_wrap_add(sums.sum[k], start);
      const int32_t multiplier = b->multiplier[i], shift = b->shift[i];
      if (er_fast_requantize_positive_allowed(&start, &multiplier, &shift, 1, terms)) {
        put(&outputs, b->out + i, sums, multiplier, shift, 0);
      } else {
        put_general(b, b->out + i, sums, multiplier, shift);
      }
    }
  }
}

void er_conv2d_s8_armv7em_pairs(const er_kernel_call_t* call) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  er_columns_t columns =
      er_columns_begin(p, (const int8_t*)call->in[0], ER_PAIRS_COLUMNS, call->scratch);
  block_t b = {p,
               columns.words,
               (er_window_bytes(s) + 3) / 4,
               (const int8_t*)call->in[1],
               (const int32_t*)call->in[2],
               (const int32_t*)call->in[3],
               (const int32_t*)call->in[4],
               (int8_t*)call->out[0],
               0,
               0};
  const int fast = er_fast_requantize_positive_allowed(b.bias, b.multiplier, b.shift, s->out_c,
                                                       er_window_bytes(s));
  const int full = p->act_min == INT8_MIN && p->act_max == INT8_MAX;
  const int32_t pairs = fast ? s->out_c / 2 : 0;
  for (int32_t left = s->batch * s->out_h * s->out_w; left > 0; left -= ER_PAIRS_COLUMNS) {
    for (int32_t i = 0; i < ER_PAIRS_COLUMNS; i++) {
      if (i < left) {
        er_columns_fill(&columns, i);
      } else {
        er_columns_clear(&columns, i);
      }
    }
    b.second = left > 1 ? s->out_c : 0;
    b.third = left > 2 ? 2 * s->out_c : 0;
    if (full) {
      multiply_full(&b, pairs);
    } else {
      multiply_clamped(&b, pairs);
    }
    if (2 * pairs < s->out_c) {
      block_t rest = b;
      rest.weights += 8 * pairs * b.groups;
      if (rest.bias) rest.bias += 2 * pairs;
      rest.multiplier += 2 * pairs;
      rest.shift += 2 * pairs;
      rest.out += 2 * pairs;
      multiply_any(&rest, s->out_c - 2 * pairs);
    }
    b.out += ER_PAIRS_COLUMNS * s->out_c;
  }
}
