#include "firmware/kernels/conv_pool/bands.h"

static er_kernel_run_t* const kPools[] = {er_max_pool2d_s8_ref, er_avg_pool2d_s8_ref};

void er_conv_pool_s8_armv7em_pairs(const er_kernel_call_t* call) {
  er_conv_pool_s8_by(call, er_conv2d_s8_armv7em_pairs, kPools);
}

void er_conv_pool_s8_armv7em_pairs_wide(const er_kernel_call_t* call) {
  er_conv_pool_s8_by(call, er_conv2d_s8_armv7em_pairs_wide, kPools);
}
