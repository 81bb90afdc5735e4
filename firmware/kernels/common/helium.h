// Helium (MVE) for the int8 kernels: what they share. A kernel's file gives the reference kernel
// its name where there is no Helium, so that the registry is the same on every machine.
#ifndef FIRMWARE_KERNELS_COMMON_HELIUM_H_
#define FIRMWARE_KERNELS_COMMON_HELIUM_H_

#include <stdint.h>

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#define ER_HAS_HELIUM 1
#include <arm_mve.h>

#include "firmware/kernels/common/fixed_point.h"

// Shifts as er_multiply_by_quantized_multiplier understands them. VRSHL looks at the lowest byte
// only, and 32 to the right leave as little as 100.
static inline int32_t er_helium_right(int32_t shift) { return er_clamp(shift, -32, 0); }
static inline int32_t er_helium_left(int32_t shift) { return shift > 0 ? shift & 31 : 0; }

// er_multiply_by_quantized_multiplier of four values with one multiplier. VQRDMULH is the doubling
// high multiplication. VRSHL rounds ties up; one less before it turns that of negative values into
// ties away from zero: `x & right` is negative where x is and something is shifted out.
static inline int32x4_t er_helium_requantize(int32x4_t x, int32_t multiplier, int32_t left,
                                             int32_t right) {
  if (left) x = vshlq_r_s32(x, left);
  x = vqrdmulhq_n_s32(x, multiplier);
  x = vqaddq_s32(x, vshrq_n_s32(vandq_s32(x, vdupq_n_s32(right)), 31));
  return vrshlq_n_s32(x, right);
}

// The same with a multiplier and a shift for each.
static inline int32x4_t er_helium_requantize_each(int32x4_t x, int32x4_t multiplier,
                                                  int32x4_t shift) {
  const int32x4_t zero = vdupq_n_s32(0);
  const int32x4_t right = vmaxq_s32(vminq_s32(shift, zero), vdupq_n_s32(-32));
  const int32x4_t left = vandq_s32(vmaxq_s32(shift, zero), vdupq_n_s32(31));
  x = vqrdmulhq_s32(vshlq_s32(x, left), multiplier);
  x = vqaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31));
  return vrshlq_s32(x, right);
}

// er_helium_requantize_each for shifts of -32 .. 0.
static inline int32x4_t er_helium_requantize_right(int32x4_t x, int32x4_t multiplier,
                                                   int32x4_t right) {
  x = vqrdmulhq_s32(x, multiplier);
  x = vqaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31));
  return vrshlq_s32(x, right);
}

// Whether every shift is one of er_helium_requantize_right.
static inline int er_helium_shifts_right(const int32_t* shift, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    if (shift[i] > 0 || shift[i] < -32) return 0;
  }
  return 1;
}

// Sum of `count` bytes.
static inline int32_t er_helium_sum(const int8_t* bytes, int32_t count) {
  int32_t sum = 0;
  for (; count > 0; count -= 16, bytes += 16) {
    const mve_pred16_t active = vctp8q((uint32_t)count);
    sum = vaddvaq_s8(sum, vldrbq_z_s8(bytes, active));
  }
  return sum;
}

// Copies bytes, not more than `count` of them.
static inline void er_helium_copy(int8_t* to, const int8_t* from, int32_t count) {
  for (; count > 0; count -= 16, from += 16, to += 16) {
    const mve_pred16_t active = vctp8q((uint32_t)count);
    vstrbq_p_s8(to, vldrbq_z_s8(from, active), active);
  }
}

// Output offset and activation, and the four bytes at `out`, of which `active` are written.
static inline void er_helium_put(int8_t* out, int32x4_t y, int32_t offset, int32_t low,
                                 int32_t high, mve_pred16_t active) {
  y = vaddq_n_s32(y, offset);
  y = vminq_s32(vmaxq_s32(y, vdupq_n_s32(low)), vdupq_n_s32(high));
  vstrbq_p_s32(out, y, active);
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_HELIUM_H_
