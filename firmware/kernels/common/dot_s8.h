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

// Writes ceil(bytes / 4) groups, `stride` words apart. Lanes past the end are zero.
static inline void er_widen_bytes(const int8_t* from, int32_t bytes, er_packed_t offset,
                                  uint32_t* to, int32_t stride) {
  int32_t left = bytes;
  for (; left >= 4; left -= 4, from += 4, to += stride) {
    const er_packed_t x = er_load4(from);
    to[0] = er_add_lanes(er_widen_even(x), offset);
    to[1] = er_add_lanes(er_widen_odd(x), offset);
  }
  if (left > 0) {
    const er_packed_t x = er_load_tail(from, left);
    to[0] = er_add_lanes(er_widen_even(x), offset) & (left > 2 ? 0xFFFFFFFFu : 0x0000FFFFu);
    to[1] = er_add_lanes(er_widen_odd(x), offset) & (left > 1 ? 0x0000FFFFu : 0u);
  }
}

// Adds two weight rows times two activation rows. `x` interleaves the rows' groups: four words are
// one group of row 0 and the same group of row 1.
static inline void er_dot_2x2(const uint32_t* x, const int8_t* w0, const int8_t* w1, int32_t bytes,
                              int32_t acc[4]) {
  int32_t a00 = acc[0], a01 = acc[1], a10 = acc[2], a11 = acc[3];
  const uint32_t* const end = x + (bytes & ~3);
  while (x != end) {
    const er_packed_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    x += 4;
    er_packed_t w = er_load4(w0);
    w0 += 4;
    er_packed_t odd = er_widen_odd(w);
    w = er_widen_even(w);
    a00 = er_smlad(x0, w, a00);
    a10 = er_smlad(x2, w, a10);
    a00 = er_smlad(x1, odd, a00);
    a10 = er_smlad(x3, odd, a10);
    w = er_load4(w1);
    w1 += 4;
    odd = er_widen_odd(w);
    w = er_widen_even(w);
    a01 = er_smlad(x0, w, a01);
    a11 = er_smlad(x2, w, a11);
    a01 = er_smlad(x1, odd, a01);
    a11 = er_smlad(x3, odd, a11);
  }
  if (bytes & 3) {
    er_packed_t w = er_load_tail(w0, bytes & 3);
    er_packed_t odd = er_widen_odd(w);
    w = er_widen_even(w);
    a00 = er_smlad(x[1], odd, er_smlad(x[0], w, a00));
    a10 = er_smlad(x[3], odd, er_smlad(x[2], w, a10));
    w = er_load_tail(w1, bytes & 3);
    odd = er_widen_odd(w);
    w = er_widen_even(w);
    a01 = er_smlad(x[1], odd, er_smlad(x[0], w, a01));
    a11 = er_smlad(x[3], odd, er_smlad(x[2], w, a11));
  }
  acc[0] = a00;
  acc[1] = a01;
  acc[2] = a10;
  acc[3] = a11;
}

// Adds four weight rows, `row_bytes` apart, times one activation row (two words per group).
static inline void er_dot_1x4(const uint32_t* x, const int8_t* weights, int32_t row_bytes,
                              int32_t acc[4]) {
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
  const int8_t* w0 = weights;
  const int8_t* w1 = w0 + row_bytes;
  const int8_t* w2 = w1 + row_bytes;
  const int8_t* w3 = w2 + row_bytes;
  const int8_t* const end = w0 + (row_bytes & ~3);
  while (w0 != end) {
    const er_packed_t even = x[0], odd = x[1];
    x += 2;
    er_packed_t w = er_load4(w0);
    w0 += 4;
    a0 = er_smlad(odd, er_widen_odd(w), er_smlad(even, er_widen_even(w), a0));
    w = er_load4(w1);
    w1 += 4;
    a1 = er_smlad(odd, er_widen_odd(w), er_smlad(even, er_widen_even(w), a1));
    w = er_load4(w2);
    w2 += 4;
    a2 = er_smlad(odd, er_widen_odd(w), er_smlad(even, er_widen_even(w), a2));
    w = er_load4(w3);
    w3 += 4;
    a3 = er_smlad(odd, er_widen_odd(w), er_smlad(even, er_widen_even(w), a3));
  }
  const int32_t tail = row_bytes & 3;
  if (tail) {
    er_packed_t w = er_load_tail(w0, tail);
    a0 = er_smlad(x[1], er_widen_odd(w), er_smlad(x[0], er_widen_even(w), a0));
    w = er_load_tail(w1, tail);
    a1 = er_smlad(x[1], er_widen_odd(w), er_smlad(x[0], er_widen_even(w), a1));
    w = er_load_tail(w2, tail);
    a2 = er_smlad(x[1], er_widen_odd(w), er_smlad(x[0], er_widen_even(w), a2));
    w = er_load_tail(w3, tail);
    a3 = er_smlad(x[1], er_widen_odd(w), er_smlad(x[0], er_widen_even(w), a3));
  }
  acc[0] = a0;
  acc[1] = a1;
  acc[2] = a2;
  acc[3] = a3;
}

#endif  // FIRMWARE_KERNELS_COMMON_DOT_S8_H_
