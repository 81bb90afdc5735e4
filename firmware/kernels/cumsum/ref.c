#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/cumsum/cumsum.h"

void er_cumsum_any_ref(const er_kernel_call_t* call) {
  const er_cumsum_params_t* p = (const er_cumsum_params_t*)call->params;
  const int32_t lines = p->axis.outer * p->axis.inner;
  const int32_t last = p->axis.depth - 1;
  for (int32_t line = 0; line < lines; line++) {
    const int32_t start = er_axis_start(&p->axis, line, p->axis.depth);
    float real = 0.0f;
    uint64_t whole = 0;
    for (int32_t i = 0; i <= last; i++) {
      const int32_t at = start + (p->reverse ? last - i : i) * p->axis.inner;
      if (p->dtype == ER_DTYPE_F32) {
        const float sum = real + ((const float*)call->in[0])[at];
        ((float*)call->out[0])[at] = er_one_nan(p->exclusive ? real : sum);
        real = sum;
      } else {
        const uint64_t sum = whole + (uint64_t)er_load_integer(call->in[0], p->dtype, at);
        er_store_integer(call->out[0], p->dtype, at, (int64_t)(p->exclusive ? whole : sum));
        whole = sum;
      }
    }
  }
}
