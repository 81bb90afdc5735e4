// Fully connected layers with Helium: sixteen products are one instruction; two outputs share the
// loads of the inputs.
#include "firmware/kernels/common/helium.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

uint32_t er_fully_connected_s8_mve_scratch_bytes(const er_fully_connected_s8_params_t* params) {
  return ((uint32_t)params->out_features + 3u) / 4u * 16u;
}

#ifndef ER_HAS_HELIUM
void er_fully_connected_s8_mve(const er_kernel_call_t* call) { er_fully_connected_s8_ref(call); }
#else

enum { kLaneBytes = 16 };

// Sums of x times w and of w, of `count` bytes.
typedef struct {
  int32_t product, weights;
} sums_t;

static inline sums_t dot(const int8_t* x, const int8_t* w, int32_t count) {
  sums_t sums = {0, 0};
  for (; count > 0; count -= kLaneBytes, x += kLaneBytes, w += kLaneBytes) {
    const mve_pred16_t active = vctp8q((uint32_t)count);
    const int8x16_t weights = vldrbq_z_s8(w, active);
    sums.product = vmladavaq_s8(sums.product, weights, vldrbq_z_s8(x, active));
    sums.weights = vaddvaq_s8(sums.weights, weights);
  }
  return sums;
}

// Two rows of weights `stride` bytes apart.
static inline void dot_two(const int8_t* x, const int8_t* w, int32_t stride, int32_t count,
                           sums_t* sums0, sums_t* sums1) {
  sums_t a = {0, 0}, b = {0, 0};
  const int8_t* v = w + stride;
  for (int32_t turns = count / kLaneBytes; turns > 0; turns--) {
    const int8x16_t inputs = vldrbq_s8(x);
    const int8x16_t first = vldrbq_s8(w), second = vldrbq_s8(v);
    a.product = vmladavaq_s8(a.product, first, inputs);
    b.product = vmladavaq_s8(b.product, second, inputs);
    a.weights = vaddvaq_s8(a.weights, first);
    b.weights = vaddvaq_s8(b.weights, second);
    x += kLaneBytes;
    w += kLaneBytes;
    v += kLaneBytes;
  }
  const sums_t rest0 = dot(x, w, count % kLaneBytes), rest1 = dot(x, v, count % kLaneBytes);
  sums0->product = er_wrap_add(a.product, rest0.product);
  sums0->weights = er_wrap_add(a.weights, rest0.weights);
  sums1->product = er_wrap_add(b.product, rest1.product);
  sums1->weights = er_wrap_add(b.weights, rest1.weights);
}

void er_fully_connected_s8_mve(const er_kernel_call_t* call) {
  const er_fully_connected_s8_params_t p = *(const er_fully_connected_s8_params_t*)call->params;
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  int32_t* totals = (int32_t*)call->scratch;
  for (int32_t row = 0; row < p.rows; row++) {
    const int8_t* x = (const int8_t*)call->in[0] + row * p.in_features;
    int8_t* y = (int8_t*)call->out[0] + row * p.out_features;
    const int8_t* w = (const int8_t*)call->in[1];
    int32_t o = 0;
    for (; o + 1 < p.out_features; o += 2, w += 2 * p.in_features) {
      sums_t a, b;
      dot_two(x, w, p.in_features, p.in_features, &a, &b);
      totals[o] = er_wrap_add(a.product, er_wrap_mul(p.input_offset, a.weights));
      totals[o + 1] = er_wrap_add(b.product, er_wrap_mul(p.input_offset, b.weights));
    }
    if (o < p.out_features) {
      const sums_t a = dot(x, w, p.in_features);
      totals[o] = er_wrap_add(a.product, er_wrap_mul(p.input_offset, a.weights));
    }
    for (o = 0; o < p.out_features; o += 4) {
      const mve_pred16_t active = vctp32q((uint32_t)(p.out_features - o));
      int32x4_t total = vldrwq_s32(totals + o);
      if (bias) total = vaddq_s32(total, vldrwq_z_s32(bias + o, active));
      total = er_helium_requantize_each(total, vldrwq_z_s32(multiplier + o, active),
                                        vldrwq_z_s32(shift + o, active));
      er_helium_put(y + o, total, p.output_offset, p.act_min, p.act_max, active);
    }
  }
}
#endif
