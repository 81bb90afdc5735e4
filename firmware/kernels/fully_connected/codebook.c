// Fully connected layers whose weights are places in a codebook of floats. The additions of an
// output are in the order of the kernel of plain floats, so that only the rounding of the weights
// to the codebook differs from it.
#include "firmware/kernels/fully_connected/fully_connected.h"

// The weight at `i` of a row of codes.
static inline float weight_at(const uint8_t* codes, int32_t i, int32_t bits, const float* book) {
  if (bits == 8) return book[codes[i]];
  return book[i & 1 ? codes[i / 2] >> 4 : codes[i / 2] & 15];
}

static inline float output_of(const er_fully_connected_cb_params_t* p, const float* bias, int32_t o,
                              float total) {
  if (bias) total += bias[o];
  if (total < p->act_min) total = p->act_min;
  if (total > p->act_max) total = p->act_max;
  return total;
}

void er_fully_connected_cb_ref(const er_kernel_call_t* call) {
  const er_fully_connected_cb_params_t* p = (const er_fully_connected_cb_params_t*)call->params;
  const float* bias = (const float*)call->in[2];
  const float* book = (const float*)call->in[3];
  const int32_t row_bytes = er_codebook_row_bytes(p->in_features, p->bits);
  float* out = (float*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++) {
    const float* x = (const float*)call->in[0] + row * p->in_features;
    const uint8_t* codes = (const uint8_t*)call->in[1];
    for (int32_t o = 0; o < p->out_features; o++, codes += row_bytes) {
      float total = 0.0f;
      for (int32_t i = 0; i < p->in_features; i++) {
        total += x[i] * weight_at(codes, i, p->bits, book);
      }
      *out++ = output_of(p, bias, o, total);
    }
  }
}

// Outputs that are summed side by side: their additions need not wait for each other, and each
// input is loaded once for all of them.
enum { kSide = 4 };

static inline __attribute__((always_inline)) void sum_side(const float* x, const uint8_t* codes,
                                                           int32_t count, int32_t row_bytes,
                                                           int32_t bits, const float* book,
                                                           float* total) {
  const uint8_t *c0 = codes, *c1 = c0 + row_bytes, *c2 = c1 + row_bytes, *c3 = c2 + row_bytes;
  float t0 = 0.0f, t1 = 0.0f, t2 = 0.0f, t3 = 0.0f;
  for (int32_t i = 0; i < count; i++) {
    const float value = x[i];
    t0 += value * weight_at(c0, i, bits, book);
    t1 += value * weight_at(c1, i, bits, book);
    t2 += value * weight_at(c2, i, bits, book);
    t3 += value * weight_at(c3, i, bits, book);
  }
  total[0] = t0;
  total[1] = t1;
  total[2] = t2;
  total[3] = t3;
}

void er_fully_connected_cb_armv7em(const er_kernel_call_t* call) {
  const er_fully_connected_cb_params_t* p = (const er_fully_connected_cb_params_t*)call->params;
  const float* bias = (const float*)call->in[2];
  const float* book = (const float*)call->in[3];
  const int32_t row_bytes = er_codebook_row_bytes(p->in_features, p->bits);
  float* out = (float*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++) {
    const float* x = (const float*)call->in[0] + row * p->in_features;
    const uint8_t* codes = (const uint8_t*)call->in[1];
    for (int32_t o = 0; o < p->out_features; o += kSide, codes += kSide * row_bytes) {
      const int32_t left = p->out_features - o;
      // The rows behind the last one are this one again, and their sums are left out.
      const int32_t next = left < kSide ? 0 : row_bytes;
      for (int32_t first = 0; first < (next ? 1 : left); first++) {
        float total[kSide];
        const uint8_t* rows = codes + first * row_bytes;
        if (p->bits == 8) {
          sum_side(x, rows, p->in_features, next, 8, book, total);
        } else {
          sum_side(x, rows, p->in_features, next, 4, book, total);
        }
        for (int32_t i = 0; i < (next ? kSide : 1); i++) {
          *out++ = output_of(p, bias, o + first + i, total[i]);
        }
      }
    }
  }
}
