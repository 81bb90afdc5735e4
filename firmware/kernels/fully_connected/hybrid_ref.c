#include "firmware/kernels/common/dynamic_quantize.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

// One row of x, quantized.
uint32_t er_fully_connected_h8_ref_scratch_bytes(const er_fully_connected_h8_params_t* params) {
  return (uint32_t)params->in_features;
}

void er_fully_connected_h8_ref(const er_kernel_call_t* call) {
  const er_fully_connected_h8_params_t* p = (const er_fully_connected_h8_params_t*)call->params;
  const float* input = (const float*)call->in[0];
  const int8_t* weights = (const int8_t*)call->in[1];
  float* output = (float*)call->out[0];
  int8_t* x = (int8_t*)call->scratch;
  er_hybrid_outputs_t outputs = {0.0f, (const float*)call->in[3], (const float*)call->in[2],
                                 p->act_min, p->act_max};

  for (int32_t row = 0; row < p->rows; row++, input += p->in_features) {
    const er_dynamic_scale_t q = er_quantize_dynamic(input, p->in_features, p->asymmetric, x);
    outputs.input_scale = q.scale;
    for (int32_t o = 0; o < p->out_features; o++) {
      const int8_t* w = weights + o * p->in_features;
      int32_t acc = 0;
      for (int32_t i = 0; i < p->in_features; i++) {
        acc = er_wrap_add(acc, (x[i] - q.zero_point) * w[i]);
      }
      *output++ = er_hybrid_output(&outputs, o, acc);
    }
  }
}
