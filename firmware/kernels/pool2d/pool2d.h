// Max and average pooling, NHWC, one input, one output, the same scale and zero point on both
// sides. Padding never contributes: the average divides by the elements inside the input, and s8
// and s16 round half away from zero, as TFLite does.
#ifndef FIRMWARE_KERNELS_POOL2D_POOL2D_H_
#define FIRMWARE_KERNELS_POOL2D_POOL2D_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t batch, in_h, in_w, channels, out_h, out_w;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
} er_pool2d_shape_t;

typedef struct {
  er_pool2d_shape_t shape;
  int32_t act_min, act_max;
} er_pool2d_s8_params_t;

typedef er_pool2d_s8_params_t er_pool2d_s16_params_t;

typedef struct {
  er_pool2d_shape_t shape;
  float act_min, act_max;
} er_pool2d_f32_params_t;

void er_max_pool2d_s8_ref(const er_kernel_call_t* call);
void er_max_pool2d_s8_mve(const er_kernel_call_t* call);
void er_max_pool2d_s16_ref(const er_kernel_call_t* call);
void er_avg_pool2d_s16_ref(const er_kernel_call_t* call);
void er_max_pool2d_f32_ref(const er_kernel_call_t* call);
void er_avg_pool2d_s8_ref(const er_kernel_call_t* call);
void er_avg_pool2d_s8_mve(const er_kernel_call_t* call);
void er_avg_pool2d_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_POOL2D_POOL2D_H_
