// Hybrid fully connected for Armv7E-M: a row of activations is quantized and widened to int16 once,
// then four outputs at a time are summed. Weights stay canonical int8.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/dynamic_quantize.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

// The row as int8, and widened.
uint32_t er_fully_connected_h8_armv7em_scratch_bytes(const er_fully_connected_h8_params_t* params) {
  return ((uint32_t)params->in_features + 3u) / 4u * 12u;
}

static int32_t dot_1x1(const uint32_t* x, const int8_t* w, int32_t bytes) {
  int32_t acc = 0, left = bytes;
  for (; left >= 4; left -= 4, w += 4, x += 2) {
    const er_packed_t four = er_load4(w);
    acc = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), acc));
  }
  if (left == 0) return acc;
  const er_packed_t rest = er_load_tail(w, left);
  return er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), acc));
}

void er_fully_connected_h8_armv7em(const er_kernel_call_t* call) {
  const er_fully_connected_h8_params_t* p = (const er_fully_connected_h8_params_t*)call->params;
  const float* input = (const float*)call->in[0];
  float* output = (float*)call->out[0];
  const int32_t n = p->in_features;
  uint32_t* const x = (uint32_t*)call->scratch;
  int8_t* const quantized = (int8_t*)(x + (n + 3) / 4 * 2);
  er_hybrid_outputs_t outputs = {0.0f, (const float*)call->in[3], (const float*)call->in[2],
                                 p->act_min, p->act_max};

  for (int32_t row = 0; row < p->rows; row++, input += n) {
    const er_dynamic_scale_t q = er_quantize_dynamic(input, n, p->asymmetric, quantized);
    outputs.input_scale = q.scale;
    er_widen_bytes(quantized, n, er_both_lanes(-q.zero_point), x, 1);
    const int8_t* w = (const int8_t*)call->in[1];
    int32_t o = 0;
    for (; o + 4 <= p->out_features; o += 4, w += 4 * n) {
      int32_t acc[4] = {0, 0, 0, 0};
      er_dot_1x4(x, w, n, acc);
      for (int32_t i = 0; i < 4; i++) *output++ = er_hybrid_output(&outputs, o + i, acc[i]);
    }
    for (; o < p->out_features; o++, w += n) {
      *output++ = er_hybrid_output(&outputs, o, dot_1x1(x, w, n));
    }
  }
}
