// Copies elements from one regular grid of addresses to another: transpose, slice, expand, tile,
// reverse, space to depth and depth to space are all this with other strides.
//
// Operands: in x, out y, both of elements of element_bytes; what they mean is not looked at.
// For every index vector i below dims:  y[out_start + i . out_stride] = x[in_start + i . in_stride]
// Starts and strides count elements; strides may be negative or, for the input, zero. The compiler
// merges dimensions, so that the last one is the longest possible run.
#ifndef FIRMWARE_KERNELS_STRIDED_COPY_STRIDED_COPY_H_
#define FIRMWARE_KERNELS_STRIDED_COPY_STRIDED_COPY_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_STRIDED_COPY_DIMS 12  // twice the largest rank: what a tile of all dimensions needs

typedef struct {
  int32_t element_bytes;  // 1, 2, 4 or 8
  int32_t rank;           // 1 .. ER_STRIDED_COPY_DIMS; what follows is 1 and 0 beyond
  int32_t dims[ER_STRIDED_COPY_DIMS];
  int32_t in_stride[ER_STRIDED_COPY_DIMS];
  int32_t out_stride[ER_STRIDED_COPY_DIMS];
  int32_t in_start, out_start;
} er_strided_copy_params_t;

void er_strided_copy_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_STRIDED_COPY_STRIDED_COPY_H_
