#include "firmware/kernels/binarize/binarize.h"
#include "firmware/kernels/common/bits.h"

void er_binarize_f32_ref(const er_kernel_call_t* call) {
  const er_binarize_f32_params_t* p = (const er_binarize_f32_params_t*)call->params;
  const float* x = (const float*)call->in[0];
  uint32_t* y = (uint32_t*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++) {
    for (int32_t left = p->columns; left > 0; left -= 32) {
      uint32_t word = 0;
      for (int32_t i = 0; i < 32 && i < left; i++, x++) {
        word |= (uint32_t)(p->strict ? *x > 0.0f : *x >= 0.0f) << i;
      }
      *y++ = word;
    }
  }
}

void er_binarize_s8_ref(const er_kernel_call_t* call) {
  const er_binarize_s8_params_t* p = (const er_binarize_s8_params_t*)call->params;
  const int8_t* x = (const int8_t*)call->in[0];
  uint32_t* y = (uint32_t*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++) {
    for (int32_t left = p->columns; left > 0; left -= 32) {
      uint32_t word = 0;
      for (int32_t i = 0; i < 32 && i < left; i++) word |= (uint32_t)(*x++ >= p->threshold) << i;
      *y++ = word;
    }
  }
}

void er_unbinarize_s1_ref(const er_kernel_call_t* call) {
  const er_unbinarize_s1_params_t* p = (const er_unbinarize_s1_params_t*)call->params;
  const uint32_t* x = (const uint32_t*)call->in[0];
  float* y = (float*)call->out[0];
  for (int32_t row = 0; row < p->rows; row++, x += er_row_words(p->columns)) {
    for (int32_t i = 0; i < p->columns; i++) *y++ = er_bit(x, i) ? 1.0f : (float)p->low;
  }
}
