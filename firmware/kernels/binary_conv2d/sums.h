// Where the sums of a binary convolution go: float32, or bits by thresholds.
#ifndef FIRMWARE_KERNELS_BINARY_CONV2D_SUMS_H_
#define FIRMWARE_KERNELS_BINARY_CONV2D_SUMS_H_

#include "firmware/kernels/binary_conv2d/binary_conv2d.h"
#include "firmware/kernels/common/bits.h"

typedef struct {
  const int32_t* threshold;  // NULL: y is float32
  const uint32_t* flip;
  float* numbers;  // the next output; one of both moves on
  uint32_t* bits;  // the word of the next output
  uint32_t word;   // its bits so far
} er_sum_writer_t;

static inline er_sum_writer_t er_sum_writer(const er_kernel_call_t* call) {
  const er_sum_writer_t writer = {(const int32_t*)call->in[2], (const uint32_t*)call->in[3],
                                  (float*)call->out[0], (uint32_t*)call->out[0], 0};
  return writer;
}

// The sum of `channel` of `channels`; channels of a pixel come in order, pixels one after another.
static inline void er_write_sum(er_sum_writer_t* to, int32_t channel, int32_t channels,
                                int32_t sum) {
  if (!to->threshold) {
    *to->numbers++ = (float)sum;
    return;
  }
  to->word |= (uint32_t)(sum >= to->threshold[channel]) << (channel % 32);
  if (channel % 32 == 31 || channel + 1 == channels) {
    *to->bits++ = to->word ^ to->flip[channel / 32];
    to->word = 0;
  }
}

#endif  // FIRMWARE_KERNELS_BINARY_CONV2D_SUMS_H_
