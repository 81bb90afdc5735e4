// The few Armv7E-M DSP instructions the kernels use: real ones on the chip, the same arithmetic in
// C elsewhere, so that a DSP kernel runs under the host's tests and sanitizers.
#ifndef FIRMWARE_KERNELS_COMMON_DSP_INTRINSICS_H_
#define FIRMWARE_KERNELS_COMMON_DSP_INTRINSICS_H_

#include <stdint.h>
#include <string.h>

// Two int16 lanes or four int8 bytes in one register.
typedef uint32_t er_packed_t;

// Four bytes from any address; one LDR on the chip, which allows unaligned ones to normal memory.
static inline er_packed_t er_load4(const void* from) {
  er_packed_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define ER_HAS_DSP_INSTRUCTIONS 1

// acc + a.low * b.low + a.high * b.high, wrapping.
static inline int32_t er_smlad(er_packed_t a, er_packed_t b, int32_t acc) {
  int32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(acc));
  return result;
}

// acc + a.low * b.high, and acc + a.high * b.low, wrapping.
static inline int32_t er_multiply_low_high_add(er_packed_t a, er_packed_t b, int32_t acc) {
  int32_t result;
  __asm__("smlabt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(acc));
  return result;
}

static inline int32_t er_multiply_high_low_add(er_packed_t a, er_packed_t b, int32_t acc) {
  int32_t result;
  __asm__("smlatb %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(acc));
  return result;
}

// (a.low, b.low), and (a.high, b.high).
static inline er_packed_t er_low_lanes(er_packed_t a, er_packed_t b) {
  er_packed_t result;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(a), "r"(b));
  return result;
}

static inline er_packed_t er_high_lanes(er_packed_t a, er_packed_t b) {
  er_packed_t result;
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(b), "r"(a));
  return result;
}

// Bytes 0 and 2, sign-extended into the two lanes.
static inline er_packed_t er_widen_even(er_packed_t x) {
  er_packed_t result;
  __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(x));
  return result;
}

// Bytes 1 and 3, sign-extended into the two lanes.
static inline er_packed_t er_widen_odd(er_packed_t x) {
  er_packed_t result;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(x));
  return result;
}

// Lane-wise addition, wrapping.
static inline er_packed_t er_add_lanes(er_packed_t a, er_packed_t b) {
  er_packed_t result;
  __asm__("sadd16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b) : "cc");
  return result;
}

// round(a * b / 2^32), ties up.
static inline int32_t er_rounding_high_mul(int32_t a, int32_t b) {
  int32_t result;
  __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
}

// acc + round(a * b / 2^32), ties up, wrapping.
static inline int32_t er_rounding_high_mul_add(int32_t a, int32_t b, int32_t acc) {
  int32_t result;
  __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(acc));
  return result;
}

// The value in a register, as what a compiler would otherwise write into each instruction: there an
// operand may be shifted for nothing.
static inline uint32_t er_in_register(uint32_t value) {
  __asm__("" : "+r"(value));
  return value;
}

// acc + the sum of the four unsigned bytes, wrapping.
static inline uint32_t er_add_bytes(uint32_t bytes, uint32_t acc) {
  uint32_t result;
  __asm__("usada8 %0, %1, %2, %3" : "=r"(result) : "r"(bytes), "r"(0), "r"(acc));
  return result;
}

// Saturated to int8.
static inline int32_t er_saturate_s8(int32_t x) {
  int32_t result;
  __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(x) : "cc");
  return result;
}

#else

static inline int32_t er_lane_low(er_packed_t x) { return (int16_t)(uint16_t)x; }
static inline int32_t er_lane_high(er_packed_t x) { return (int16_t)(uint16_t)(x >> 16); }

static inline er_packed_t er_pack_lanes(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xFFFFu) | ((uint32_t)high << 16);
}

static inline int32_t er_smlad(er_packed_t a, er_packed_t b, int32_t acc) {
  const int64_t sum =
      (int64_t)er_lane_low(a) * er_lane_low(b) + (int64_t)er_lane_high(a) * er_lane_high(b) + acc;
  return (int32_t)(uint32_t)(uint64_t)sum;
}

static inline int32_t er_multiply_low_high_add(er_packed_t a, er_packed_t b, int32_t acc) {
  return (int32_t)((uint32_t)(er_lane_low(a) * er_lane_high(b)) + (uint32_t)acc);
}

static inline int32_t er_multiply_high_low_add(er_packed_t a, er_packed_t b, int32_t acc) {
  return (int32_t)((uint32_t)(er_lane_high(a) * er_lane_low(b)) + (uint32_t)acc);
}

static inline er_packed_t er_low_lanes(er_packed_t a, er_packed_t b) {
  return er_pack_lanes(er_lane_low(a), er_lane_low(b));
}

static inline er_packed_t er_high_lanes(er_packed_t a, er_packed_t b) {
  return er_pack_lanes(er_lane_high(a), er_lane_high(b));
}

static inline er_packed_t er_widen_even(er_packed_t x) {
  return er_pack_lanes((int8_t)(uint8_t)x, (int8_t)(uint8_t)(x >> 16));
}

static inline er_packed_t er_widen_odd(er_packed_t x) {
  return er_pack_lanes((int8_t)(uint8_t)(x >> 8), (int8_t)(uint8_t)(x >> 24));
}

static inline er_packed_t er_add_lanes(er_packed_t a, er_packed_t b) {
  return er_pack_lanes(er_lane_low(a) + er_lane_low(b), er_lane_high(a) + er_lane_high(b));
}

static inline int32_t er_rounding_high_mul(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
}

static inline int32_t er_rounding_high_mul_add(int32_t a, int32_t b, int32_t acc) {
  return (int32_t)((uint32_t)er_rounding_high_mul(a, b) + (uint32_t)acc);
}

static inline uint32_t er_in_register(uint32_t value) { return value; }

static inline uint32_t er_add_bytes(uint32_t bytes, uint32_t acc) {
  return acc + (bytes & 0xFFu) + (bytes >> 8 & 0xFFu) + (bytes >> 16 & 0xFFu) + (bytes >> 24);
}

static inline int32_t er_saturate_s8(int32_t x) { return x < -128 ? -128 : (x > 127 ? 127 : x); }

#endif

#endif  // FIRMWARE_KERNELS_COMMON_DSP_INTRINSICS_H_
