// What a maximum over a window is between sums and the bits that thresholds make of them.
//
// Operands: in  x[n,in_h,in_w,channels] bits, every[channels] bits
//           out y[n,out_h,out_w,channels] bits
//
//   y = whether any bit of the window is set, or, where every[channel], whether each is
//
// Taps outside of the input count for neither; a window has at least one inside.
#ifndef FIRMWARE_KERNELS_BINARY_POOL2D_BINARY_POOL2D_H_
#define FIRMWARE_KERNELS_BINARY_POOL2D_BINARY_POOL2D_H_

#include "firmware/kernels/kernel.h"
#include "firmware/kernels/pool2d/pool2d.h"

#ifdef __cplusplus
extern "C" {
#endif

void er_binary_pool2d_s1_ref(const er_kernel_call_t* call);  // params: er_pool2d_shape_t

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BINARY_POOL2D_BINARY_POOL2D_H_
