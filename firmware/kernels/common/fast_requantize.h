// Requantization in a few instructions, bit-exact with er_multiply_by_quantized_multiplier followed
// by the output offset, within bounds that er_fast_requantize_allowed proves before the first use.
#ifndef FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_
#define FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_

#include <stdint.h>

#include "firmware/kernels/common/dsp_intrinsics.h"
#include "firmware/kernels/common/fixed_point.h"

// Shifts to the right beyond this leave no room for the output offset in the rounding constant.
enum { ER_FAST_REQUANTIZE_MAX_RIGHT = 22 };

// True when every channel shifts right by 1 .. ER_FAST_REQUANTIZE_MAX_RIGHT, and no accumulator of
// `terms` products |x + input_offset| <= 256 by |w| <= 128, started at the channel's bias, can
// reach 2^30. bias may be NULL.
static inline int er_fast_requantize_allowed(const int32_t* bias, const int32_t* shift,
                                             int32_t channels, int32_t terms) {
  if (terms > (1 << 14)) return 0;
  const int32_t room = (1 << 30) - terms * (256 * 128);
  for (int32_t c = 0; c < channels; c++) {
    if (shift[c] < -ER_FAST_REQUANTIZE_MAX_RIGHT || shift[c] > -1) return 0;
    if (bias && (bias[c] >= room || bias[c] <= -room)) return 0;
  }
  return 1;
}

// The rounding half of a shift to the right, and the output offset, in one addend:
// (2 * offset + 1) << (right - 1) is (offset << right) + (1 << (right - 1)).
static inline int32_t er_fast_requantize_addend(int32_t output_offset, int32_t right) {
  return (int32_t)((uint32_t)(2 * output_offset + 1) << (right - 1));
}

// (acc * 2) * multiplier >> 32 rounds as the doubling high multiplication does; adding the sign
// before the second shift turns its ties-up rounding into ties away from zero.
static inline int32_t er_fast_requantize(int32_t acc, int32_t multiplier, int32_t right,
                                         int32_t addend) {
  const int32_t high = er_rounding_high_mul(er_wrap_shift_left(acc, 1), multiplier);
  return er_wrap_add(er_wrap_add(high, high >> 31), addend) >> right;
}

// One instruction less for multipliers that are not negative: then the accumulator has the sign of
// `high`, or that is 0 and the addend's rounding half absorbs the difference.
static inline int32_t er_fast_requantize_positive(int32_t acc, int32_t multiplier, int32_t right,
                                                  int32_t addend) {
  const int32_t twice = er_wrap_shift_left(acc, 1);
  return er_wrap_add(er_rounding_high_mul_add(twice, multiplier, addend), twice >> 31) >> right;
}

// er_fast_requantize_allowed, and no multiplier is negative.
static inline int er_fast_requantize_positive_allowed(const int32_t* bias,
                                                      const int32_t* multiplier,
                                                      const int32_t* shift, int32_t channels,
                                                      int32_t terms) {
  for (int32_t c = 0; c < channels; c++) {
    if (multiplier[c] < 0) return 0;
  }
  return er_fast_requantize_allowed(bias, shift, channels, terms);
}

#endif  // FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_
