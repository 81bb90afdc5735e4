#include "firmware/kernels/depthwise_pool/depthwise_pool.h"

void er_depthwise_pool_s8_by(const er_kernel_call_t* call, er_kernel_run_t* convolve,
                             er_kernel_run_t* const pools[2]) {
  er_depthwise_pool_s8_params_t p = *(const er_depthwise_pool_s8_params_t*)call->params;
  const er_conv_pool_stages_t stages = {
      convolve,      pools[p.bands.average != 0], &p.conv, &p.pool, &p.conv.shape,
      &p.pool.shape, p.bands.band_rows,           1};
  er_conv_pool_run(call, &stages);
}

void er_depthwise_pool_f32_by(const er_kernel_call_t* call, er_kernel_run_t* convolve) {
  er_depthwise_pool_f32_params_t p = *(const er_depthwise_pool_f32_params_t*)call->params;
  const er_conv_pool_stages_t stages = {convolve,          er_conv_pool_f32_pool(&p.bands),
                                        &p.conv,           &p.pool,
                                        &p.conv.shape,     &p.pool.shape,
                                        p.bands.band_rows, sizeof(float)};
  er_conv_pool_run(call, &stages);
}

void er_depthwise_pool_s8_ref(const er_kernel_call_t* call) {
  static er_kernel_run_t* const kPools[] = {er_max_pool2d_s8_ref, er_avg_pool2d_s8_ref};
  er_depthwise_pool_s8_by(call, er_depthwise_conv2d_s8_ref, kPools);
}

void er_depthwise_pool_f32_ref(const er_kernel_call_t* call) {
  er_depthwise_pool_f32_by(call, er_depthwise_conv2d_f32_ref);
}
