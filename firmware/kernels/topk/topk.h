// The k largest or smallest elements along an axis in order, equal ones in the order of their
// indices: x of any type to values and, where present, indices (int32 or int64).
#ifndef FIRMWARE_KERNELS_TOPK_TOPK_H_
#define FIRMWARE_KERNELS_TOPK_TOPK_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_axis_t axis;
  int32_t k;
  int32_t dtype, index_dtype;
  int32_t largest;  // else the smallest
} er_topk_params_t;

void er_topk_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_TOPK_TOPK_H_
