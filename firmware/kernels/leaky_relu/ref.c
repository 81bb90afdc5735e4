#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/leaky_relu/leaky_relu.h"

void er_leaky_relu_s16_ref(const er_kernel_call_t* call) {
  const er_leaky_relu_s16_params_t* p = (const er_leaky_relu_s16_params_t*)call->params;
  const int16_t* x = (const int16_t*)call->in[0];
  int16_t* y = (int16_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t scaled =
        x[i] >= 0
            ? er_multiply_by_quantized_multiplier(x[i], p->positive_multiplier, p->positive_shift)
            : er_multiply_by_quantized_multiplier(x[i], p->negative_multiplier, p->negative_shift);
    y[i] = (int16_t)er_clamp(scaled, p->act_min, p->act_max);
  }
}
