// By the leaner of the fast convolutions: bands are there to save memory.
#include "firmware/kernels/conv_pool/bands.h"

void er_conv_pool_s8_armv7em_pairs(const er_kernel_call_t* call) {
  static er_kernel_run_t* const kPools[] = {er_max_pool2d_s8_ref, er_avg_pool2d_s8_ref};
  er_conv_pool_s8_by(call, er_conv2d_s8_armv7em_pairs, kPools);
}
