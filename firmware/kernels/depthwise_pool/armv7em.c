#include "firmware/kernels/depthwise_pool/depthwise_pool.h"

void er_depthwise_pool_s8_armv7em(const er_kernel_call_t* call) {
  static er_kernel_run_t* const kPools[] = {er_max_pool2d_s8_ref, er_avg_pool2d_s8_ref};
  er_depthwise_pool_s8_by(call, er_depthwise_conv2d_s8_armv7em, kPools);
}

void er_depthwise_pool_f32_armv7em(const er_kernel_call_t* call) {
  er_depthwise_pool_f32_by(call, er_depthwise_conv2d_f32_armv7em);
}
