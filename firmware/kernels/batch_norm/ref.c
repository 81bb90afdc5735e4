#include "firmware/kernels/batch_norm/batch_norm.h"
#include "firmware/kernels/common/float_math.h"

void er_batch_norm_f32_ref(const er_kernel_call_t* call) {
  const er_batch_norm_params_t* p = (const er_batch_norm_params_t*)call->params;
  const float* x = (const float*)call->in[0];
  float* y = (float*)call->out[0];
  for (int32_t i = 0; i < p->axis.outer; i++) {
    for (int32_t c = 0; c < p->axis.depth; c++) {
      const float factor =
          ((const float*)call->in[1])[c] / er_sqrtf(((const float*)call->in[4])[c] + p->epsilon);
      const float bias = ((const float*)call->in[2])[c];
      const float mean = ((const float*)call->in[3])[c];
      for (int32_t k = 0; k < p->axis.inner; k++) *y++ = er_one_nan((*x++ - mean) * factor + bias);
    }
  }
}
