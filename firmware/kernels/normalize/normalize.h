// Normalization of groups of elements: layer, instance, group, mean-variance and l1 / l2
// normalization differ in what belongs to one group and which scale and bias belong to an element.
// x, scale (or absent), bias (or absent) to y of x's shape, and per group, where present, its mean
// and 1 / deviation. `kept` walks over the groups, `within` over the elements of one; strides 0 are
// x's and y's, 1 scale's, 2 bias's.
#ifndef FIRMWARE_KERNELS_NORMALIZE_NORMALIZE_H_
#define FIRMWARE_KERNELS_NORMALIZE_NORMALIZE_H_

#include "firmware/kernels/common/walk.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  ER_NORMALIZE_MEAN_VARIANCE = 0,  // (x - mean) / sqrt(variance + epsilon)
  ER_NORMALIZE_RMS = 1,            // x / sqrt(mean of squares + epsilon)
  ER_NORMALIZE_L1 = 2,             // x / max(sum of sizes, epsilon); 0 where all are 0
  ER_NORMALIZE_L2 = 3,             // x / max(sqrt(sum of squares), epsilon)
} er_normalize_mode_t;

typedef struct {
  er_walk_shape_t kept, within;
  int32_t mode;
  float epsilon;
} er_normalize_params_t;

void er_normalize_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_NORMALIZE_NORMALIZE_H_
