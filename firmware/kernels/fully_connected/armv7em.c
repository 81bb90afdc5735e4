// Fully connected for Armv7E-M: the activations of a row are widened to int16 once, then four
// outputs at a time are summed. Weights stay canonical int8.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

uint32_t er_fully_connected_s8_armv7em_scratch_bytes(const er_fully_connected_s8_params_t* params) {
  return ((uint32_t)params->in_features + 3u) / 4u * 8u;
}

static int32_t dot_1x1(const uint32_t* x, const int8_t* w, int32_t bytes, int32_t acc) {
  int32_t left = bytes;
  for (; left >= 4; left -= 4, w += 4, x += 2) {
    const er_packed_t four = er_load4(w);
    acc = er_smlad(x[1], er_widen_odd(four), er_smlad(x[0], er_widen_even(four), acc));
  }
  if (left == 0) return acc;
  const er_packed_t rest = er_load_tail(w, left);
  return er_smlad(x[1], er_widen_odd(rest), er_smlad(x[0], er_widen_even(rest), acc));
}

static inline int8_t output_of(const er_fully_connected_s8_params_t* p, int32_t acc,
                               int32_t multiplier, int32_t shift, int fast) {
  int32_t y;
  if (fast) {
    y = er_fast_requantize(acc, multiplier, -shift,
                           er_fast_requantize_addend(p->output_offset, -shift));
  } else {
    y = er_wrap_add(er_multiply_by_quantized_multiplier(acc, multiplier, shift), p->output_offset);
  }
  return (int8_t)er_clamp(y, p->act_min, p->act_max);
}

void er_fully_connected_s8_armv7em(const er_kernel_call_t* call) {
  const er_fully_connected_s8_params_t* p = (const er_fully_connected_s8_params_t*)call->params;
  const int8_t* input = (const int8_t*)call->in[0];
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  const int32_t n = p->in_features;
  const int fast = er_fast_requantize_allowed(bias, shift, p->out_features, n);
  uint32_t* const x = (uint32_t*)call->scratch;
  int8_t* out = (int8_t*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++, input += n) {
    er_widen_bytes(input, n, er_both_lanes(p->input_offset), x, 1);
    const int8_t* w = (const int8_t*)call->in[1];
    int32_t o = 0;
    for (; o + 4 <= p->out_features; o += 4, w += 4 * n) {
      int32_t acc[4] = {0, 0, 0, 0};
      if (bias) memcpy(acc, bias + o, sizeof acc);
      er_dot_1x4(x, w, n, acc);
      for (int32_t i = 0; i < 4; i++) {
        *out++ = output_of(p, acc[i], multiplier[o + i], shift[o + i], fast);
      }
    }
    for (; o < p->out_features; o++, w += n) {
      const int32_t acc = dot_1x1(x, w, n, bias ? bias[o] : 0);
      *out++ = output_of(p, acc, multiplier[o], shift[o], fast);
    }
  }
}
