// The number of boundaries that are not above each element: x[count] of float32, int32 or int64,
// boundaries[buckets - 1] float32, ascending, to y[count] int32. Integers are compared as float32;
// NaN is above all boundaries.
#ifndef FIRMWARE_KERNELS_BUCKETIZE_BUCKETIZE_H_
#define FIRMWARE_KERNELS_BUCKETIZE_BUCKETIZE_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  int32_t boundaries;
  int32_t dtype;  // of x
} er_bucketize_params_t;

void er_bucketize_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BUCKETIZE_BUCKETIZE_H_
