#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/common/table_s16.h"
#include "firmware/kernels/softmax/softmax.h"

static int32_t saturate(int32_t x) { return er_clamp(x, INT16_MIN, INT16_MAX); }

static int32_t leading_zeros(uint32_t x) { return __builtin_clz(x); }

static void line(const er_softmax_s16_params_t* p, const int16_t* exp_table,
                 const int16_t* reciprocal_table, const int16_t* in, int16_t* out) {
  int32_t max = INT16_MIN;
  for (int32_t i = 0; i < p->depth; i++) {
    if (in[i] > max) max = in[i];
  }
  int32_t sum = 0;  // Q16.15
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t scaled =
        er_multiply_by_quantized_multiplier(in[i] - max, p->input_multiplier, p->input_shift);
    out[i] = er_table_s16(exp_table, saturate(er_wrap_add(scaled, INT16_MAX)));
    sum = er_wrap_add(sum, out[i]);
  }
  // The largest element alone gives 2^15 - 1; less comes from a foreign table.
  if (sum < 2) sum = 2;
  const int32_t zeros = leading_zeros((uint32_t)sum);
  // 1 .. 2 in Q2.16 to a number that the table's 16 bits hold.
  const int32_t mantissa = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14);
  const int32_t reciprocal =
      er_table_s16(reciprocal_table, saturate(mantissa - (1 << 16) - (1 << 15)));
  const int32_t right = 31 - zeros;
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t product = er_wrap_add(out[i] * reciprocal, 1 << (right - 1));
    out[i] = (int16_t)er_clamp(product >> right, 0, INT16_MAX);
  }
}

void er_softmax_s16_ref(const er_kernel_call_t* call) {
  const er_softmax_s16_params_t* p = (const er_softmax_s16_params_t*)call->params;
  for (int32_t row = 0; row < p->rows; row++) {
    line(p, (const int16_t*)call->in[1], (const int16_t*)call->in[2],
         (const int16_t*)call->in[0] + row * p->depth, (int16_t*)call->out[0] + row * p->depth);
  }
}
