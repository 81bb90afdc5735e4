// A depthwise convolution and the pooling of its output as one layer: conv_pool.h with the operands
// of depthwise_conv2d.h.
#ifndef FIRMWARE_KERNELS_DEPTHWISE_POOL_DEPTHWISE_POOL_H_
#define FIRMWARE_KERNELS_DEPTHWISE_POOL_DEPTHWISE_POOL_H_

#include "firmware/kernels/conv_pool/bands.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_depthwise_conv2d_s8_params_t conv;
  er_pool2d_s8_params_t pool;
  er_conv_pool_bands_t bands;
} er_depthwise_pool_s8_params_t;

typedef struct {
  er_depthwise_conv2d_f32_params_t conv;
  er_pool2d_f32_params_t pool;
  er_conv_pool_bands_t bands;
} er_depthwise_pool_f32_params_t;

void er_depthwise_pool_s8_ref(const er_kernel_call_t* call);
void er_depthwise_pool_s8_armv7em(const er_kernel_call_t* call);
void er_depthwise_pool_s8_mve(const er_kernel_call_t* call);
void er_depthwise_pool_f32_ref(const er_kernel_call_t* call);
void er_depthwise_pool_f32_armv7em(const er_kernel_call_t* call);
void er_depthwise_pool_f32_mve(const er_kernel_call_t* call);

// By these kernels; `pools`: of the maximum and of the average.
void er_depthwise_pool_s8_by(const er_kernel_call_t* call, er_kernel_run_t* convolve,
                             er_kernel_run_t* const pools[2]);
void er_depthwise_pool_f32_by(const er_kernel_call_t* call, er_kernel_run_t* convolve);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_DEPTHWISE_POOL_DEPTHWISE_POOL_H_
