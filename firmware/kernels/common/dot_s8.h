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

// Adds two weight rows times two activation rows to acc = {a00, a01, a10, a11}, a<row of x><row of
// w>. A group of both activation rows takes four words at `x`: the even lanes of row 0 and row 1,
// then their odd lanes.
void er_dot_2x2(const uint32_t* x, const int8_t* w0, const int8_t* w1, int32_t bytes,
                int32_t acc[4]);

// Adds four weight rows, `row_bytes` apart, times one activation row (two words per group).
void er_dot_1x4(const uint32_t* x, const int8_t* weights, int32_t row_bytes, int32_t acc[4]);

#endif  // FIRMWARE_KERNELS_COMMON_DOT_S8_H_
