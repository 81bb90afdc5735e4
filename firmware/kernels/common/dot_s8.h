// Inner products of int8 weights with widened activations.
//
// A "group" is four consecutive activations x0..x3, offset already added, as two words of int16
// lanes: (x0, x2), (x1, x3). SXTB16 yields the same order from four weight bytes, so nothing is
// ever shuffled. The last group of a row is filled up with zeros.
#ifndef FIRMWARE_KERNELS_COMMON_DOT_S8_H_
#define FIRMWARE_KERNELS_COMMON_DOT_S8_H_

#include <stdint.h>

#include "firmware/kernels/common/dsp_intrinsics.h"

// One to three bytes as a word, without reading past them.
static inline er_packed_t er_load_tail(const int8_t* from, int32_t bytes) {
  er_packed_t value = 0;
  for (int32_t i = 0; i < bytes; i++) value |= (uint32_t)(uint8_t)from[i] << (8 * i);
  return value;
}

// The offset in both lanes, for er_widen_bytes.
static inline er_packed_t er_both_lanes(int32_t value) {
  return ((uint32_t)value & 0xFFFFu) | (uint32_t)value << 16;
}

// Writes ceil(bytes / 4) groups for one of `rows` interleaved rows: a group's odd lanes stand
// `rows` words behind its even ones, the next group 2 * rows. Lanes past the end are zero.
static inline void er_widen_bytes(const int8_t* from, int32_t bytes, er_packed_t offset,
                                  uint32_t* to, int32_t rows) {
  int32_t left = bytes;
  for (; left >= 4; left -= 4, from += 4, to += 2 * rows) {
    const er_packed_t x = er_load4(from);
    to[0] = er_add_lanes(er_widen_even(x), offset);
    to[rows] = er_add_lanes(er_widen_odd(x), offset);
  }
  if (left > 0) {
    const er_packed_t x = er_load_tail(from, left);
    to[0] = er_add_lanes(er_widen_even(x), offset) & (left > 2 ? 0xFFFFFFFFu : 0x0000FFFFu);
    to[rows] = er_add_lanes(er_widen_odd(x), offset) & (left > 1 ? 0x0000FFFFu : 0u);
  }
}

// Sums of a block: a<row of x><row of w>.
typedef struct {
  int32_t a00, a01, a10, a11;
} er_block_2x2_t;

// Adds `groups` >= 1 groups of two weight rows times two activation rows. A group of both
// activation rows takes four words at `x`: the even lanes of row 0 and row 1, then their odd lanes.
static inline er_block_2x2_t er_dot_2x2(const uint32_t* x, const int8_t* w0, const int8_t* w1,
                                        int32_t groups, er_block_2x2_t sum) {
  const uint32_t* const end = x + 4 * groups;
#ifdef ER_HAS_DSP_INSTRUCTIONS
  // Written out because the compiler spills pointers in this loop, the hottest of the firmware. Two
  // groups a turn; an odd number of them enters in the middle.
#define ER_GROUP_2X2                    \
  "ldr %[r0], [%[w0]], #4\n"            \
  "ldrd %[xa], %[xb], [%[x]], #8\n"     \
  "ldr %[r1], [%[w1]], #4\n"            \
  "sxtb16 %[t], %[r0]\n"                \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "sxtb16 %[t], %[r1]\n"                \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n" \
  "ldrd %[xa], %[xb], [%[x]], #8\n"     \
  "sxtb16 %[t], %[r0], ror #8\n"        \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "sxtb16 %[t], %[r1], ror #8\n"        \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n"

  er_packed_t xa, xb, r0, r1, t;
  __asm__ volatile(
      "sub %[t], %[end], %[x]\n"
      "tst %[t], #16\n"
      "bne 2f\n"
      "1:\n" ER_GROUP_2X2 "2:\n" ER_GROUP_2X2
      "cmp %[x], %[end]\n"
      "bne 1b\n"
      : [a00] "+r"(sum.a00), [a01] "+r"(sum.a01), [a10] "+r"(sum.a10), [a11] "+r"(sum.a11),
        [x] "+r"(x), [w0] "+r"(w0), [w1] "+r"(w1), [xa] "=&r"(xa), [xb] "=&r"(xb), [r0] "=&r"(r0),
        [r1] "=&r"(r1), [t] "=&r"(t)
      : [end] "r"(end)
      : "memory", "cc");
#undef ER_GROUP_2X2
#else
  for (; x != end; x += 4, w0 += 4, w1 += 4) {
    const er_packed_t four0 = er_load4(w0), four1 = er_load4(w1);
    sum.a00 = er_smlad(x[2], er_widen_odd(four0), er_smlad(x[0], er_widen_even(four0), sum.a00));
    sum.a10 = er_smlad(x[3], er_widen_odd(four0), er_smlad(x[1], er_widen_even(four0), sum.a10));
    sum.a01 = er_smlad(x[2], er_widen_odd(four1), er_smlad(x[0], er_widen_even(four1), sum.a01));
    sum.a11 = er_smlad(x[3], er_widen_odd(four1), er_smlad(x[1], er_widen_even(four1), sum.a11));
  }
#endif
  return sum;
}

// Adds one last group of `bytes` 1 .. 3 bytes, without reading more of the weights.
static inline er_block_2x2_t er_dot_2x2_tail(const uint32_t* x, const int8_t* w0, const int8_t* w1,
                                             int32_t bytes, er_block_2x2_t sum) {
  const er_packed_t rest0 = er_load_tail(w0, bytes), rest1 = er_load_tail(w1, bytes);
  sum.a00 = er_smlad(x[2], er_widen_odd(rest0), er_smlad(x[0], er_widen_even(rest0), sum.a00));
  sum.a10 = er_smlad(x[3], er_widen_odd(rest0), er_smlad(x[1], er_widen_even(rest0), sum.a10));
  sum.a01 = er_smlad(x[2], er_widen_odd(rest1), er_smlad(x[0], er_widen_even(rest1), sum.a01));
  sum.a11 = er_smlad(x[3], er_widen_odd(rest1), er_smlad(x[1], er_widen_even(rest1), sum.a11));
  return sum;
}

// Adds four weight rows, `row_bytes` apart, times one activation row (two words per group). A
// function of its own, because inlined it would leave the compiler too few registers.
void er_dot_1x4(const uint32_t* x, const int8_t* weights, int32_t row_bytes, int32_t acc[4]);

#endif  // FIRMWARE_KERNELS_COMMON_DOT_S8_H_
