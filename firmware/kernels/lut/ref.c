#include "firmware/kernels/common/table_s16.h"
#include "firmware/kernels/lut/lut.h"

void er_lut_s8_ref(const er_kernel_call_t* call) {
  const int32_t count = ((const er_lut_s8_params_t*)call->params)->count;
  const int8_t* x = (const int8_t*)call->in[0];
  const int8_t* table = (const int8_t*)call->in[1];
  int8_t* y = (int8_t*)call->out[0];
  for (int32_t i = 0; i < count; i++) y[i] = table[x[i] + 128];
}

void er_lut_s16_ref(const er_kernel_call_t* call) {
  const int32_t count = ((const er_lut_s16_params_t*)call->params)->count;
  const int16_t* x = (const int16_t*)call->in[0];
  int16_t* y = (int16_t*)call->out[0];
  for (int32_t i = 0; i < count; i++) y[i] = er_table_s16((const int16_t*)call->in[1], x[i]);
}
