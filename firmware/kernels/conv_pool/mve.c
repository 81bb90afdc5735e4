#include "firmware/kernels/conv_pool/bands.h"

void er_conv_pool_s8_mve(const er_kernel_call_t* call) {
  static er_kernel_run_t* const kPools[] = {er_max_pool2d_s8_mve, er_avg_pool2d_s8_mve};
  er_conv_pool_s8_by(call, er_conv2d_s8_mve, kPools);
}

void er_conv_pool_f32_mve(const er_kernel_call_t* call) {
  er_conv_pool_f32_by(call, er_conv2d_f32_mve);
}
