// Requantization in seven instructions, bit-exact with er_multiply_by_quantized_multiplier as long
// as the accumulator stays below 2^(30 - shift): er_fast_requantize_allowed proves it beforehand.
#ifndef FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_
#define FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_

#include <stdint.h>

#include "firmware/kernels/common/dsp_intrinsics.h"
#include "firmware/kernels/common/fixed_point.h"

// True when no accumulator of `terms` products |x + input_offset| <= 256 by |w| <= 128, started at
// the channel's bias, can leave the exact range of er_fast_requantize. bias may be NULL.
static inline int er_fast_requantize_allowed(const int32_t* bias, const int32_t* shift,
                                             int32_t channels, int32_t terms) {
  if (terms > (1 << 14)) return 0;
  const int64_t products = (int64_t)terms * (256 * 128);
  for (int32_t c = 0; c < channels; c++) {
    const int32_t s = shift[c];
    if (s < -31 || s > 29) return 0;
    const int64_t start = bias ? (bias[c] < 0 ? -(int64_t)bias[c] : bias[c]) : 0;
    if ((start + products) << (s > 0 ? s : 0) >= (1 << 30)) return 0;
  }
  return 1;
}

// (acc * 2) * multiplier >> 32 rounds as the doubling high multiplication does; adding the sign
// before the second shift turns its ties-up rounding into ties away from zero.
static inline int32_t er_fast_requantize(int32_t acc, int32_t multiplier, int32_t shift) {
  if (shift >= 0) return er_rounding_high_mul(er_wrap_shift_left(acc, shift + 1), multiplier);
  const int32_t high = er_rounding_high_mul(er_wrap_shift_left(acc, 1), multiplier);
  return er_wrap_add(er_wrap_add(high, high >> 31), (int32_t)(1u << (-shift - 1))) >> -shift;
}

#endif  // FIRMWARE_KERNELS_COMMON_FAST_REQUANTIZE_H_
