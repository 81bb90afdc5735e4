#include "firmware/kernels/bucketize/bucketize.h"
#include "firmware/kernels/common/elements.h"

void er_bucketize_any_ref(const er_kernel_call_t* call) {
  const er_bucketize_params_t* p = (const er_bucketize_params_t*)call->params;
  const float* boundaries = (const float*)call->in[1];
  int32_t* y = (int32_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const float x = p->dtype == ER_DTYPE_F32 ? ((const float*)call->in[0])[i]
                                             : (float)er_load_integer(call->in[0], p->dtype, i);
    int32_t low = 0, high = p->boundaries;  // the bucket lies in low .. high
    while (low < high) {
      const int32_t middle = (low + high) / 2;
      if (x < boundaries[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    y[i] = low;
  }
}
