// 2-D convolution and depthwise convolution of bits: sums of products of -1 and +1, exact in int32.
//
// Operands binary_conv2d:           in  x[n,in_h,in_w,in_c] bits,
//                                       weights[out_c, kernel_h*kernel_w*in_c] bits of -1 and +1
// Operands binary_depthwise_conv2d: in  x, weights[kernel_h*kernel_w, in_c]; out_c is in_c
// Both:                             in  threshold[out_c] s32 and flip[out_c] bits, or both absent
//                                   out y[n,out_h,out_w,out_c] f32, or bits where there are
//                                   thresholds
//
//   sum = sum over the window of x * w, where x is -1 or +1 (`low` -1), or 0 or 1 (`low` 0);
//         outside of the input x is `outside`: -1, 0 or +1, of which 0 leaves the product out
//   y   = sum as float32, or the bit (sum >= threshold) != flip
//
// A bit of 1 that differs from the weight's adds -1, one that equals it +1, whatever is left out
// adds nothing: with m the mask of what counts, sum = popcount(m) - 2 * popcount((x ^ w) & m).
#ifndef FIRMWARE_KERNELS_BINARY_CONV2D_BINARY_CONV2D_H_
#define FIRMWARE_KERNELS_BINARY_CONV2D_BINARY_CONV2D_H_

#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_conv2d_shape_t shape;
  int32_t low;      // what a bit of 0 in x stands for: -1 or 0
  int32_t outside;  // -1 (where low is), 0 or 1
} er_binary_conv2d_params_t;

void er_binary_conv2d_s1_ref(const er_kernel_call_t* call);
void er_binary_conv2d_s1_armv7em(const er_kernel_call_t* call);
void er_binary_depthwise_conv2d_s1_ref(const er_kernel_call_t* call);

uint32_t er_binary_conv2d_s1_armv7em_scratch_bytes(const er_binary_conv2d_params_t* params);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BINARY_CONV2D_BINARY_CONV2D_H_
