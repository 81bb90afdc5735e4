// Convolution for Armv7E-M: two output pixels are gathered and widened to int16 once, then every
// pair of output channels is multiplied with them. Weights stay canonical int8.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/conv2d/columns.h"

enum { kColumns = 2 };

uint32_t er_conv2d_s8_armv7em_scratch_bytes(const er_conv2d_s8_params_t* params) {
  return er_columns_scratch_bytes(&params->shape, kColumns);
}

// Where the outputs of one block of two pixels by two channels go, and what they are made with.
typedef struct {
  const int8_t* weights;  // of the block's first channel
  const int32_t* bias;    // NULL = none
  const int32_t* multiplier;
  const int32_t* shift;
  int8_t* out0;  // the first pixel's
  int8_t* out1;  // the second pixel's, or the first's again, which is then written last
} block_t;

// Blocks of any kind: odd channels, sums and shifts of any size, the end of the weights.
static __attribute__((noinline)) void multiply_general(const er_conv2d_s8_params_t* p,
                                                       const uint32_t* columns, int32_t bytes,
                                                       block_t b, int32_t channels) {
  const int32_t whole = bytes / 4;
  for (int32_t c = 0; c < channels; c++, b.weights += bytes) {
    const int32_t start = b.bias ? b.bias[c] : 0;
    er_block_2x2_t sum = {start, start, start, start};
    if (whole) sum = er_dot_2x2(columns, b.weights, b.weights, whole, sum);
    if (bytes & 3) {
      const int8_t* rest = b.weights + 4 * whole;
      sum = er_dot_2x2_tail(columns + 4 * whole, rest, rest, bytes & 3, sum);
    }
    const int32_t y0 = er_multiply_by_quantized_multiplier(sum.a00, b.multiplier[c], b.shift[c]);
    const int32_t y1 = er_multiply_by_quantized_multiplier(sum.a10, b.multiplier[c], b.shift[c]);
    b.out1[c] = (int8_t)er_clamp(er_wrap_add(y1, p->output_offset), p->act_min, p->act_max);
    b.out0[c] = (int8_t)er_clamp(er_wrap_add(y0, p->output_offset), p->act_min, p->act_max);
  }
}

// Pairs of channels with fast requantization. Rows of weights are read in whole words: past the end
// of a row lie the bytes of the next, which meet zero activations. Behind the last pair there must
// be as many. `full`: the activation's range is all of int8.
static inline __attribute__((always_inline)) void multiply_fast(const er_conv2d_s8_params_t* p,
                                                                const uint32_t* columns,
                                                                int32_t bytes, block_t b,
                                                                int32_t pairs, int full) {
  const int32_t groups = (bytes + 3) / 4;
  const int32_t output_offset = p->output_offset, low = p->act_min, high = p->act_max;
  for (; pairs > 0; pairs--) {
    er_block_2x2_t sum = {0, 0, 0, 0};
    if (b.bias) {
      sum.a00 = sum.a10 = b.bias[0];
      sum.a01 = sum.a11 = b.bias[1];
      b.bias += 2;
    }
    sum = er_dot_2x2(columns, b.weights, b.weights + bytes, groups, sum);
    b.weights += 2 * bytes;
    const int32_t m0 = b.multiplier[0], m1 = b.multiplier[1];
    const int32_t right0 = -b.shift[0], right1 = -b.shift[1];
    b.multiplier += 2;
    b.shift += 2;
    const int32_t addend0 = er_fast_requantize_addend(output_offset, right0);
    const int32_t addend1 = er_fast_requantize_addend(output_offset, right1);
    const int32_t y00 = er_fast_requantize(sum.a00, m0, right0, addend0);
    const int32_t y10 = er_fast_requantize(sum.a10, m0, right0, addend0);
    const int32_t y01 = er_fast_requantize(sum.a01, m1, right1, addend1);
    const int32_t y11 = er_fast_requantize(sum.a11, m1, right1, addend1);
    b.out1[0] = (int8_t)(full ? er_saturate_s8(y10) : er_clamp(y10, low, high));
    b.out1[1] = (int8_t)(full ? er_saturate_s8(y11) : er_clamp(y11, low, high));
    b.out0[0] = (int8_t)(full ? er_saturate_s8(y00) : er_clamp(y00, low, high));
    b.out0[1] = (int8_t)(full ? er_saturate_s8(y01) : er_clamp(y01, low, high));
    b.out0 += 2;
    b.out1 += 2;
  }
}

static __attribute__((noinline)) void multiply_fast_full(const er_conv2d_s8_params_t* p,
                                                         const uint32_t* columns, int32_t bytes,
                                                         const block_t* b, int32_t pairs) {
  multiply_fast(p, columns, bytes, *b, pairs, 1);
}

static __attribute__((noinline)) void multiply_fast_clamped(const er_conv2d_s8_params_t* p,
                                                            const uint32_t* columns, int32_t bytes,
                                                            const block_t* b, int32_t pairs) {
  multiply_fast(p, columns, bytes, *b, pairs, 0);
}

void er_conv2d_s8_armv7em(const er_kernel_call_t* call) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t bytes = er_window_bytes(s);
  const block_t first = {(const int8_t*)call->in[1],
                         (const int32_t*)call->in[2],
                         (const int32_t*)call->in[3],
                         (const int32_t*)call->in[4],
                         NULL,
                         NULL};
  int32_t fast_pairs = s->out_c / 2;
  const int32_t read_over = -bytes & 3;
  while (fast_pairs > 0 && (s->out_c - 2 * fast_pairs) * bytes < read_over) fast_pairs--;
  if (!er_fast_requantize_allowed(first.bias, first.shift, s->out_c, bytes)) fast_pairs = 0;
  const int full = p->act_min == INT8_MIN && p->act_max == INT8_MAX;
  er_columns_t c = er_columns_begin(p, (const int8_t*)call->in[0], kColumns, call->scratch);
  const uint32_t* const columns = c.words;
  int8_t* out = (int8_t*)call->out[0];

  const int32_t pixels = s->batch * s->out_h * s->out_w;
  for (int32_t pixel = 0; pixel < pixels; pixel += 2) {
    const int32_t pair = pixels - pixel < 2 ? 1 : 2;
    er_columns_fill(&c, 0);
    if (pair == 2) {
      er_columns_fill(&c, 1);
    } else {
      er_columns_clear(&c, 1);
    }
    block_t block = first;
    block.out0 = out;
    block.out1 = pair == 2 ? out + s->out_c : out;
    if (fast_pairs > 0) {
      if (full) {
        multiply_fast_full(p, columns, bytes, &block, fast_pairs);
      } else {
        multiply_fast_clamped(p, columns, bytes, &block, fast_pairs);
      }
      block.weights += 2 * fast_pairs * bytes;
      if (block.bias) block.bias += 2 * fast_pairs;
      block.multiplier += 2 * fast_pairs;
      block.shift += 2 * fast_pairs;
      block.out0 += 2 * fast_pairs;
      block.out1 += 2 * fast_pairs;
    }
    multiply_general(p, columns, bytes, block, s->out_c - 2 * fast_pairs);
    out += 2 * s->out_c;
  }
}
