// Products of int16 activations and int8 weights, and the way of their sums to int16 outputs: what
// conv2d, depthwise_conv2d, conv_nd and fully_connected of int16 share.
#ifndef FIRMWARE_KERNELS_COMMON_CHANNEL_SUM_S16_H_
#define FIRMWARE_KERNELS_COMMON_CHANNEL_SUM_S16_H_

#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/kernel.h"

// TFLite's two ways: `wide` sums of 64 bits with a bias of int64, scaled by a multiplier of 16
// bits; else 32 bits, which wrap, with a bias of int32 and the double rounding of int8.
typedef struct {
  int32_t wide;
  int32_t act_min, act_max;
} er_channel_sum_s16_t;

// The sum of count (below 2^28) products, added to `sum`.
static inline int64_t er_add_products_s16(int64_t sum, const int16_t* x, const int8_t* w,
                                          int32_t count) {
  for (int32_t i = 0; i < count; i++) sum += (int32_t)x[i] * w[i];
  return sum;
}

// The output of a channel; bias, multiplier and shift are the call's operands 2 .. 4.
static inline int16_t er_channel_output_s16(const er_kernel_call_t* call,
                                            const er_channel_sum_s16_t* p, int32_t channel,
                                            int64_t sum) {
  const int32_t multiplier = ((const int32_t*)call->in[3])[channel];
  const int32_t shift = ((const int32_t*)call->in[4])[channel];
  uint64_t total = (uint64_t)sum;
  if (call->in[2]) {
    total += p->wide ? (uint64_t)((const int64_t*)call->in[2])[channel]
                     : (uint64_t)(int64_t)((const int32_t*)call->in[2])[channel];
  }
  const int32_t scaled =
      p->wide ? er_multiply_wide_by_quantized_multiplier((int64_t)total, multiplier, shift)
              : er_multiply_by_quantized_multiplier((int32_t)(uint32_t)total, multiplier, shift);
  return (int16_t)er_clamp(scaled, p->act_min, p->act_max);
}

#endif  // FIRMWARE_KERNELS_COMMON_CHANNEL_SUM_S16_H_
