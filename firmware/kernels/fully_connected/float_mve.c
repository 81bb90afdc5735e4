// Fully connected layers of floats, four outputs side by side: their weights lie so. Sixteen
// outputs share each load of an input. The additions are in the order of the reference.
#include "firmware/kernels/common/lanes_f32.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

enum { kBlocks = 4 };

typedef struct {
  er_lanes_t block[kBlocks];
} sums_t;

// The weights of the blocks are `next` elements apart.
static inline __attribute__((always_inline)) sums_t dot(const float* x, const float* w,
                                                        int32_t count, int32_t next,
                                                        int32_t blocks) {
  er_lanes_t s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  const float *w1 = w + next, *w2 = w1 + next, *w3 = w2 + next;
  for (; count > 0; count--) {
    const float value = *x++;
    s0 = er_lanes_multiply_add(s0, er_lanes_load(w), value);
    w += ER_LANES;
    if (blocks == 1) continue;
    s1 = er_lanes_multiply_add(s1, er_lanes_load(w1), value);
    s2 = er_lanes_multiply_add(s2, er_lanes_load(w2), value);
    s3 = er_lanes_multiply_add(s3, er_lanes_load(w3), value);
    w1 += ER_LANES;
    w2 += ER_LANES;
    w3 += ER_LANES;
  }
  const sums_t sums = {{s0, s1, s2, s3}};
  return sums;
}

static void put(const er_fully_connected_f32_params_t* p, const float* bias, int32_t o,
                er_lanes_t total, float* y) {
  const int32_t outputs = p->out_features - o;
  if (bias) total += er_lanes_load_some(bias + o, outputs);
  er_lanes_store_some(y + o, er_lanes_clamp(total, p->act_min, p->act_max), outputs);
}

void er_fully_connected_f32_mve(const er_kernel_call_t* call) {
  const er_fully_connected_f32_params_t* p = (const er_fully_connected_f32_params_t*)call->params;
  const float* bias = (const float*)call->in[2];
  const int32_t next = p->in_features * ER_LANES;
  for (int32_t row = 0; row < p->rows; row++) {
    const float* x = (const float*)call->in[0] + row * p->in_features;
    float* y = (float*)call->out[0] + row * p->out_features;
    const float* w = (const float*)call->in[1];
    int32_t o = 0;
    for (; o + kBlocks * ER_LANES <= p->out_features; o += kBlocks * ER_LANES) {
      const sums_t sums = dot(x, w, p->in_features, next, kBlocks);
      for (int32_t i = 0; i < kBlocks; i++) put(p, bias, o + i * ER_LANES, sums.block[i], y);
      w += kBlocks * next;
    }
    for (; o < p->out_features; o += ER_LANES, w += next) {
      put(p, bias, o, dot(x, w, p->in_features, 0, 1).block[0], y);
    }
  }
}
