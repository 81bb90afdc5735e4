// Where the largest or smallest element along an axis is: x of any type to indices (int32 or
// int64).
#ifndef FIRMWARE_KERNELS_ARG_REDUCE_ARG_REDUCE_H_
#define FIRMWARE_KERNELS_ARG_REDUCE_ARG_REDUCE_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_axis_t axis;
  int32_t dtype, index_dtype;
  int32_t largest;      // else the smallest
  int32_t select_last;  // of equal ones; else the first
} er_arg_reduce_params_t;

void er_arg_reduce_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_ARG_REDUCE_ARG_REDUCE_H_
