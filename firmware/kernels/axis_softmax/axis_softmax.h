// Softmax and its kin along any axis; x to y of the same shape.
//   f32: softmax, log_softmax, hardmax.
//   s8:  softmax in TFLite's fixed point, as kernel softmax computes it along the last dimension;
//        log_softmax as TFLite's optimized kernel: exponentials and logarithm in float32.
#ifndef FIRMWARE_KERNELS_AXIS_SOFTMAX_AXIS_SOFTMAX_H_
#define FIRMWARE_KERNELS_AXIS_SOFTMAX_AXIS_SOFTMAX_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"
#include "firmware/kernels/softmax/softmax.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  ER_SOFTMAX = 0,
  ER_LOG_SOFTMAX = 1,
  ER_HARDMAX = 2,  // 1 at the first largest element, 0 elsewhere; f32 only
} er_axis_softmax_mode_t;

typedef struct {
  er_axis_t axis;
  int32_t mode;
  float beta;  // of softmax
} er_axis_softmax_f32_params_t;

typedef struct {
  er_axis_t axis;
  int32_t mode;
  er_softmax_s8_params_t fixed;     // of softmax; rows and depth are unused
  float input_scale, output_scale;  // of log_softmax
  int32_t output_zero_point;
} er_axis_softmax_s8_params_t;

void er_axis_softmax_f32_ref(const er_kernel_call_t* call);
void er_axis_softmax_s8_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_AXIS_SOFTMAX_AXIS_SOFTMAX_H_
