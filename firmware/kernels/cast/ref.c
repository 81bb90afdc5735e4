#include "firmware/kernels/cast/cast.h"
#include "firmware/kernels/common/elements.h"

static int64_t limited(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : (value > high ? high : value);
}

static int64_t integer_of(float x, int32_t to) {
  if (to == ER_DTYPE_BOOL) return x != 0.0f;
  if (x != x) return 0;
  const int64_t whole = x >= 9223372036854775808.0f   ? INT64_MAX
                        : x < -9223372036854775808.0f ? INT64_MIN
                                                      : (int64_t)x;
  switch (to) {
    case ER_DTYPE_S8:
      return limited(whole, INT8_MIN, INT8_MAX);
    case ER_DTYPE_U8:
      return limited(whole, 0, UINT8_MAX);
    case ER_DTYPE_S16:
      return limited(whole, INT16_MIN, INT16_MAX);
    case ER_DTYPE_S32:
      return limited(whole, INT32_MIN, INT32_MAX);
    default:
      return whole;
  }
}

void er_cast_any_ref(const er_kernel_call_t* call) {
  const er_cast_params_t* p = (const er_cast_params_t*)call->params;
  for (int32_t i = 0; i < p->count; i++) {
    if (p->from == ER_DTYPE_F32) {
      const float x = ((const float*)call->in[0])[i];
      if (p->to == ER_DTYPE_F32) {
        ((float*)call->out[0])[i] = x;
      } else {
        er_store_integer(call->out[0], p->to, i, integer_of(x, p->to));
      }
      continue;
    }
    const int64_t x = er_load_integer(call->in[0], p->from, i);
    if (p->to == ER_DTYPE_F32) {
      ((float*)call->out[0])[i] = (float)x;
    } else {
      er_store_integer(call->out[0], p->to, i, x);
    }
  }
}
