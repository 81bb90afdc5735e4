// Four floats side by side, each computed as a float alone would be: the same bits on every machine
// but for numbers below 2^-126, which Helium takes as zero. Cores without vectors compute them one
// after the other.
#ifndef FIRMWARE_KERNELS_COMMON_LANES_F32_H_
#define FIRMWARE_KERNELS_COMMON_LANES_F32_H_

#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#include <arm_mve.h>
#endif

enum { ER_LANES = 4 };

typedef float er_lanes_t __attribute__((vector_size(16)));
typedef int32_t er_lane_mask_t __attribute__((vector_size(16)));

static inline er_lanes_t er_lanes_load(const float* from) {
  er_lanes_t lanes;
  memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

// The first `count` of them, 1 .. 4; the others are zero.
static inline er_lanes_t er_lanes_load_some(const float* from, int32_t count) {
  if (count >= ER_LANES) return er_lanes_load(from);
  er_lanes_t lanes = {0};
  for (int32_t i = 0; i < count; i++) lanes[i] = from[i];
  return lanes;
}

static inline void er_lanes_store_some(float* to, er_lanes_t lanes, int32_t count) {
  if (count >= ER_LANES) {
    memcpy(to, &lanes, sizeof lanes);
    return;
  }
  for (int32_t i = 0; i < count; i++) to[i] = lanes[i];
}

// sum + a * b, rounded twice.
static inline er_lanes_t er_lanes_multiply_add(er_lanes_t sum, er_lanes_t a, float b) {
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
  return vaddq_f32(sum, vmulq_n_f32(a, b));
#else
  return sum + a * b;
#endif
}

static inline er_lanes_t er_lanes_select(er_lane_mask_t mask, er_lanes_t yes, er_lanes_t no) {
  return (er_lanes_t)(((er_lane_mask_t)yes & mask) | ((er_lane_mask_t)no & ~mask));
}

// As `if (x < low) x = low; if (x > high) x = high;`, so a NaN stays one.
static inline er_lanes_t er_lanes_clamp(er_lanes_t x, float low, float high) {
  const er_lanes_t lows = {low, low, low, low}, highs = {high, high, high, high};
  x = er_lanes_select((er_lane_mask_t)(x < lows), lows, x);
  return er_lanes_select((er_lane_mask_t)(x > highs), highs, x);
}

#endif  // FIRMWARE_KERNELS_COMMON_LANES_F32_H_
