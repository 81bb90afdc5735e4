// Inner products of two rows of int8 weights, packed as ER_PACKING_ROW_PAIRS, with two or three
// widened activation rows. Groups of activations as in dot_s8.h; a group of all the rows takes two
// words of each: their even lanes one after another, then their odd lanes.
#ifndef FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_
#define FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_

#include <stdint.h>

#include "firmware/kernels/common/dsp_intrinsics.h"

// Sums of a block: a<row of x><row of w>; a20 and a21 only with three rows of x.
typedef struct {
  int32_t a00, a01, a10, a11, a20, a21;
} er_pairs_block_t;

// Where the activations end: all of them, and those of whole turns of four groups.
typedef struct {
  const uint32_t* all;
  const uint32_t* turns;
} er_pairs_ends_t;

static inline er_pairs_ends_t er_pairs_ends(const uint32_t* x, int32_t groups, int32_t rows) {
  const er_pairs_ends_t ends = {x + 2 * rows * groups, x + 2 * rows * (groups & ~3)};
  return ends;
}

// Without optimization the compiler keeps a register for itself that the loops need.
#if defined(ER_HAS_DSP_INSTRUCTIONS) && defined(__OPTIMIZE__)
#define ER_HAS_PAIRS_LOOPS 1

// Four groups a turn, then the rest one by one. The ends stay in memory because no register is left
// for them.
#define ER_PAIRS_LOOPS(group)    \
  "ldr %[t], %[turns]\n"         \
  "cmp %[x], %[t]\n"             \
  "beq 2f\n"                     \
  "1:\n" group group group group \
  "ldr %[t], %[turns]\n"         \
  "cmp %[x], %[t]\n"             \
  "bne 1b\n"                     \
  "2:\n"                         \
  "ldr %[t], %[all]\n"           \
  "cmp %[x], %[t]\n"             \
  "beq 4f\n"                     \
  "3:\n" group                   \
  "ldr %[t], %[all]\n"           \
  "cmp %[x], %[t]\n"             \
  "bne 3b\n"                     \
  "4:\n"
#endif

// Both add the groups from `x` to `ends` times the pair of rows at `w`, multiples of 4 both.

static inline __attribute__((always_inline)) er_pairs_block_t er_dot_2x2_pairs(
    const uint32_t* x, const er_pairs_ends_t* ends, const int8_t* w, er_pairs_block_t sum) {
#ifdef ER_HAS_PAIRS_LOOPS
#define ER_HALF_2X2(rotated)            \
  "ldrd %[xa], %[xb], [%[x]], #8\n"     \
  "sxtb16 %[t], %[r0]" rotated          \
  "\n"                                  \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "sxtb16 %[t], %[r1]" rotated          \
  "\n"                                  \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n"
#define ER_GROUP_2X2 "ldrd %[r0], %[r1], [%[w]], #8\n" ER_HALF_2X2("") ER_HALF_2X2(", ror #8")
  er_packed_t xa, xb, r0, r1, t;
  __asm__ volatile(ER_PAIRS_LOOPS(ER_GROUP_2X2)
                   : [a00] "+r"(sum.a00), [a01] "+r"(sum.a01), [a10] "+r"(sum.a10),
                     [a11] "+r"(sum.a11), [x] "+r"(x), [w] "+r"(w), [xa] "=&r"(xa), [xb] "=&r"(xb),
                     [r0] "=&r"(r0), [r1] "=&r"(r1), [t] "=&r"(t)
                   : [turns] "m"(ends->turns), [all] "m"(ends->all)
                   : "memory", "cc");
#undef ER_GROUP_2X2
#undef ER_HALF_2X2
#else
  for (; x != ends->all; x += 4, w += 8) {
    const er_packed_t four0 = er_load4(w), four1 = er_load4(w + 4);
    sum.a00 = er_smlad(x[2], er_widen_odd(four0), er_smlad(x[0], er_widen_even(four0), sum.a00));
    sum.a10 = er_smlad(x[3], er_widen_odd(four0), er_smlad(x[1], er_widen_even(four0), sum.a10));
    sum.a01 = er_smlad(x[2], er_widen_odd(four1), er_smlad(x[0], er_widen_even(four1), sum.a01));
    sum.a11 = er_smlad(x[3], er_widen_odd(four1), er_smlad(x[1], er_widen_even(four1), sum.a11));
  }
#endif
  return sum;
}

static inline __attribute__((always_inline)) er_pairs_block_t er_dot_3x2_pairs(
    const uint32_t* x, const er_pairs_ends_t* ends, const int8_t* w, er_pairs_block_t sum) {
#ifdef ER_HAS_PAIRS_LOOPS
#define ER_HALF_3X2(rotated)          \
  "ldmia %[x]!, {r8, r9, r10}\n"      \
  "sxtb16 %[t], %[r0]" rotated        \
  "\n"                                \
  "smlad %[a00], r8, %[t], %[a00]\n"  \
  "smlad %[a10], r9, %[t], %[a10]\n"  \
  "smlad %[a20], r10, %[t], %[a20]\n" \
  "sxtb16 %[t], %[r1]" rotated        \
  "\n"                                \
  "smlad %[a01], r8, %[t], %[a01]\n"  \
  "smlad %[a11], r9, %[t], %[a11]\n"  \
  "smlad %[a21], r10, %[t], %[a21]\n"
#define ER_GROUP_3X2 "ldrd %[r0], %[r1], [%[w]], #8\n" ER_HALF_3X2("") ER_HALF_3X2(", ror #8")
  er_packed_t r0, r1, t;
  __asm__ volatile(ER_PAIRS_LOOPS(ER_GROUP_3X2)
                   : [a00] "+r"(sum.a00), [a01] "+r"(sum.a01), [a10] "+r"(sum.a10),
                     [a11] "+r"(sum.a11), [a20] "+r"(sum.a20), [a21] "+r"(sum.a21), [x] "+r"(x),
                     [w] "+r"(w), [r0] "=&r"(r0), [r1] "=&r"(r1), [t] "=&r"(t)
                   : [turns] "m"(ends->turns), [all] "m"(ends->all)
                   : "memory", "cc", "r8", "r9", "r10");
#undef ER_GROUP_3X2
#undef ER_HALF_3X2
#else
  for (; x != ends->all; x += 6, w += 8) {
    const er_packed_t four0 = er_load4(w), four1 = er_load4(w + 4);
    sum.a00 = er_smlad(x[3], er_widen_odd(four0), er_smlad(x[0], er_widen_even(four0), sum.a00));
    sum.a10 = er_smlad(x[4], er_widen_odd(four0), er_smlad(x[1], er_widen_even(four0), sum.a10));
    sum.a20 = er_smlad(x[5], er_widen_odd(four0), er_smlad(x[2], er_widen_even(four0), sum.a20));
    sum.a01 = er_smlad(x[3], er_widen_odd(four1), er_smlad(x[0], er_widen_even(four1), sum.a01));
    sum.a11 = er_smlad(x[4], er_widen_odd(four1), er_smlad(x[1], er_widen_even(four1), sum.a11));
    sum.a21 = er_smlad(x[5], er_widen_odd(four1), er_smlad(x[2], er_widen_even(four1), sum.a21));
  }
#endif
  return sum;
}

#undef ER_PAIRS_LOOPS

#endif  // FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_
