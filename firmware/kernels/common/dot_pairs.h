// Inner products of two rows of int8 weights, packed as ER_PACKING_ROW_PAIRS, with three widened
// activation rows. Groups of activations as in dot_s8.h; a group of all three rows takes six words:
// the even lanes of rows 0 to 2, then their odd lanes.
#ifndef FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_
#define FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_

#include <stdint.h>

#include "firmware/kernels/common/dsp_intrinsics.h"

enum { ER_PAIRS_COLUMNS = 3 };

// Sums of a block: a<row of x><row of w>.
typedef struct {
  int32_t a00, a01, a10, a11, a20, a21;
} er_block_3x2_t;

// Where the activations end: all of them, and those of whole turns of four groups.
typedef struct {
  const uint32_t* all;
  const uint32_t* turns;
} er_ends_3x2_t;

static inline er_ends_3x2_t er_ends_3x2(const uint32_t* x, int32_t groups) {
  const er_ends_3x2_t ends = {x + 6 * groups, x + 6 * (groups & ~3)};
  return ends;
}

// Adds the groups from `x` to `ends` times the pair of rows at `w`. Both are multiples of 4.
static inline __attribute__((always_inline)) er_block_3x2_t er_dot_3x2(const uint32_t* x,
                                                                       const er_ends_3x2_t* ends,
                                                                       const int8_t* w,
                                                                       er_block_3x2_t sum) {
  // Without optimization the compiler keeps a register for itself that the loop needs.
#if defined(ER_HAS_DSP_INSTRUCTIONS) && defined(__OPTIMIZE__)
#define ER_GROUP_3X2                    \
  "ldrd %[r0], %[r1], [%[w]], #8\n"     \
  "ldmia %[x]!, {r8, r9, r10}\n"        \
  "sxtb16 %[t], %[r0]\n"                \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "smlad %[a20], %[xc], %[t], %[a20]\n" \
  "sxtb16 %[t], %[r1]\n"                \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n" \
  "smlad %[a21], %[xc], %[t], %[a21]\n" \
  "ldmia %[x]!, {r8, r9, r10}\n"        \
  "sxtb16 %[t], %[r0], ror #8\n"        \
  "smlad %[a00], %[xa], %[t], %[a00]\n" \
  "smlad %[a10], %[xb], %[t], %[a10]\n" \
  "smlad %[a20], %[xc], %[t], %[a20]\n" \
  "sxtb16 %[t], %[r1], ror #8\n"        \
  "smlad %[a01], %[xa], %[t], %[a01]\n" \
  "smlad %[a11], %[xb], %[t], %[a11]\n" \
  "smlad %[a21], %[xc], %[t], %[a21]\n"

  // LDM fills registers in ascending order. Four groups a turn, then the rest one by one; the ends
  // stay in memory because no register is left for them.
  register er_packed_t xa __asm__("r8");
  register er_packed_t xb __asm__("r9");
  register er_packed_t xc __asm__("r10");
  er_packed_t r0, r1, t;
  __asm__ volatile(
      "ldr %[t], %[turns]\n"
      "cmp %[x], %[t]\n"
      "beq 2f\n"
      "1:\n" ER_GROUP_3X2 ER_GROUP_3X2 ER_GROUP_3X2 ER_GROUP_3X2
      "ldr %[t], %[turns]\n"
      "cmp %[x], %[t]\n"
      "bne 1b\n"
      "2:\n"
      "ldr %[t], %[all]\n"
      "cmp %[x], %[t]\n"
      "beq 4f\n"
      "3:\n" ER_GROUP_3X2
      "ldr %[t], %[all]\n"
      "cmp %[x], %[t]\n"
      "bne 3b\n"
      "4:\n"
      : [a00] "+r"(sum.a00), [a01] "+r"(sum.a01), [a10] "+r"(sum.a10), [a11] "+r"(sum.a11),
        [a20] "+r"(sum.a20), [a21] "+r"(sum.a21), [x] "+r"(x), [w] "+r"(w), [xa] "=&r"(xa),
        [xb] "=&r"(xb), [xc] "=&r"(xc), [r0] "=&r"(r0), [r1] "=&r"(r1), [t] "=&r"(t)
      : [turns] "m"(ends->turns), [all] "m"(ends->all)
      : "memory", "cc");
#undef ER_GROUP_3X2
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

#endif  // FIRMWARE_KERNELS_COMMON_DOT_PAIRS_H_
