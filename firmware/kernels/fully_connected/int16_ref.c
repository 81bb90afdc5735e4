#include "firmware/kernels/fully_connected/fully_connected.h"

void er_fully_connected_s16_ref(const er_kernel_call_t* call) {
  const er_fully_connected_s16_params_t* p = (const er_fully_connected_s16_params_t*)call->params;
  int16_t* output = (int16_t*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++) {
    const int16_t* x = (const int16_t*)call->in[0] + row * p->in_features;
    for (int32_t o = 0; o < p->out_features; o++) {
      const int8_t* w = (const int8_t*)call->in[1] + o * p->in_features;
      const int64_t sum = er_add_products_s16(0, x, w, p->in_features);
      *output++ = er_channel_output_s16(call, &p->sum, o, sum);
    }
  }
}
