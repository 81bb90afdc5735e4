// Each window becomes one row of bits, packed as the weights' rows are, so that an output is an XOR
// and a population count per 32 products whatever the number of channels.
#include "firmware/kernels/binary_conv2d/sums.h"
#include "firmware/kernels/common/dsp_intrinsics.h"

// Bits of a window, and words of its row: one more, into which the last pixel may be shifted.
static int32_t row_bits(const er_conv2d_shape_t* s) { return s->kernel_h * s->kernel_w * s->in_c; }
static int32_t row_words(const er_conv2d_shape_t* s) { return er_row_words(row_bits(s)) + 1; }

uint32_t er_binary_conv2d_s1_armv7em_scratch_bytes(const er_binary_conv2d_params_t* p) {
  return 2u * (uint32_t)row_words(&p->shape) * sizeof(uint32_t);
}

// Puts `count` bits at `at` of a row that is zero from there on; ones where `from` is NULL.
static inline void append(uint32_t* row, int32_t at, const uint32_t* from, int32_t count) {
  uint32_t* to = row + at / 32;
  const int32_t shift = at % 32;
  for (; count > 0; count -= 32, to++) {
    const uint32_t word = (from ? *from++ : UINT32_MAX) & er_bit_mask(count);
    to[0] |= word << shift;
    to[1] |= word >> 1 >> (31 - shift);
  }
}

// The window of an output as a row; without an image, which of its bits lie inside of the input.
// Returns how many do.
static __attribute__((noinline)) int32_t gather(const er_binary_conv2d_params_t* p,
                                                const uint32_t* image, int32_t y, int32_t x,
                                                uint32_t* row) {
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t words = row_words(s);
  const int32_t pixel_words = er_row_words(s->in_c);
  for (int32_t i = 0; i < words; i++) row[i] = 0;
  int32_t at = 0, inside = 0;
  for (int32_t ky = 0, iy = y; ky < s->kernel_h; ky++, iy += s->dilation_h) {
    for (int32_t kx = 0, ix = x; kx < s->kernel_w; kx++, ix += s->dilation_w, at += s->in_c) {
      if (iy >= 0 && iy < s->in_h && ix >= 0 && ix < s->in_w) {
        append(row, at, image ? image + (iy * s->in_w + ix) * pixel_words : 0, s->in_c);
        inside += s->in_c;
      } else if (image && p->outside > 0) {
        append(row, at, 0, s->in_c);
      }
    }
  }
  return inside;
}

static int32_t count_ones(const uint32_t* row, int32_t words) {
  int32_t count = 0;
  for (int32_t i = 0; i < words; i++) count += er_count_bits(row[i]);
  return count;
}

typedef struct {
  uint32_t pairs, fours, eights;  // every second bit, two bits of four, four of eight
} masks_t;

// Set bits of each four, of a word.
static inline uint32_t nibble_counts(uint32_t word, const masks_t* m) {
  word -= word >> 1 & m->pairs;
  return (word & m->fours) + (word >> 2 & m->fours);
}

// Adds those of three words, which fit into four bits each.
static inline uint32_t add_nibbles(uint32_t counts, const masks_t* m, uint32_t total) {
  return er_add_bytes((counts & m->eights) + (counts >> 4 & m->eights), total);
}

static inline uint32_t differing(const uint32_t* a, const uint32_t* b, int32_t words,
                                 const masks_t* m) {
  uint32_t total = 0;
  for (; words >= 3; words -= 3, a += 3, b += 3) {
    const uint32_t counts = nibble_counts(a[0] ^ b[0], m) + nibble_counts(a[1] ^ b[1], m) +
                            nibble_counts(a[2] ^ b[2], m);
    total = add_nibbles(counts, m, total);
  }
  if (words == 0) return total;
  uint32_t rest = nibble_counts(a[0] ^ b[0], m);
  if (words == 2) rest += nibble_counts(a[1] ^ b[1], m);
  return add_nibbles(rest, m, total);
}

static inline uint32_t differing_where(const uint32_t* a, const uint32_t* b, const uint32_t* mask,
                                       int32_t words, const masks_t* m) {
  uint32_t total = 0;
  for (; words > 0; words--) {
    total = add_nibbles(nibble_counts((*a++ ^ *b++) & *mask++, m), m, total);
  }
  return total;
}

// One pixel: `counted` products of the row with each filter; those that a mask leaves, if any.
static __attribute__((noinline)) void multiply(const er_conv2d_shape_t* s, const uint32_t* row,
                                               const uint32_t* mask, const uint32_t* filter,
                                               int32_t counted, er_sum_writer_t* y) {
  const masks_t m = {er_in_register(0x55555555u), er_in_register(0x33333333u),
                     er_in_register(0x0F0F0F0Fu)};
  const int32_t words = er_row_words(row_bits(s));
  for (int32_t c = 0; c < s->out_c; c++, filter += words) {
    const uint32_t wrong =
        mask ? differing_where(row, filter, mask, words, &m) : differing(row, filter, words, &m);
    er_write_sum(y, c, s->out_c, counted - 2 * (int32_t)wrong);
  }
}

void er_binary_conv2d_s1_armv7em(const er_kernel_call_t* call) {
  const er_binary_conv2d_params_t* p = (const er_binary_conv2d_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  uint32_t* row = (uint32_t*)call->scratch;
  uint32_t* inside = row + row_words(s);
  er_sum_writer_t y = er_sum_writer(call);
  for (int32_t n = 0; n < s->batch; n++) {
    const uint32_t* image =
        (const uint32_t*)call->in[0] + n * s->in_h * s->in_w * er_row_words(s->in_c);
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        const int32_t top = oy * s->stride_h - s->pad_top;
        const int32_t left = ox * s->stride_w - s->pad_left;
        int32_t counted = gather(p, image, top, left, row);
        const uint32_t* mask = 0;  // of what adds something: all, ones of the input, what is inside
        if (p->low == 0) {
          mask = row;
          counted = count_ones(row, row_words(s));
        } else if (p->outside != 0) {
          counted = row_bits(s);
        } else if (counted < row_bits(s)) {
          mask = inside;
          gather(p, 0, top, left, inside);
        }
        multiply(s, row, mask, (const uint32_t*)call->in[1], counted, &y);
      }
    }
  }
}
