#include "firmware/kernels/logistic/logistic.h"

enum {
  kLast = ER_LOGISTIC_TABLE_ENTRIES - 1,
  kHalf = 1 << 15,  // what the table leaves out: the function at 0, in Q0.16
};

// The function at size / 2^bits / 24, in Q0.(16 + bits), size 0 or more.
static int32_t at_size(const int16_t* table, int32_t size, int32_t bits, int32_t beyond) {
  const int32_t index = size >> bits;
  if (index >= kLast) return beyond;
  const int32_t low = table[index], high = table[index + 1];
  return ((kHalf + low) << bits) + (size & ((1 << bits) - 1)) * (high - low);
}

static int16_t logistic(const int16_t* table, int32_t x) {
  const int32_t y = at_size(table, x < 0 ? -x : x, 9, 0x7FFF << 10);
  const int32_t signed_y = x < 0 ? (1 << 25) - y + (1 << 9) - 1 : y + (1 << 9);
  return (int16_t)(signed_y >> 10);
}

static int16_t tanh_of(const int16_t* table, int32_t x) {
  const int32_t y = at_size(table, x < 0 ? -x : x, 8, 0xFFFF << 8) - (1 << 23);
  return (int16_t)(((x < 0 ? -y - 1 : y) + (1 << 7)) >> 8);
}

void er_logistic_s16_ref(const er_kernel_call_t* call) {
  const er_logistic_s16_params_t* p = (const er_logistic_s16_params_t*)call->params;
  const int32_t half = p->shift > 0 ? 1 << (p->shift - 1) : 0;
  const int16_t* x = (const int16_t*)call->in[0];
  const int16_t* table = (const int16_t*)call->in[1];
  int16_t* y = (int16_t*)call->out[0];
  for (int32_t i = 0; i < p->count; i++) {
    const int32_t scaled = (x[i] * p->multiplier + half) >> p->shift;
    y[i] = p->tanh ? tanh_of(table, scaled) : logistic(table, scaled);
  }
}
