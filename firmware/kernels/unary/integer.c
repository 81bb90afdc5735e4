#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/unary/unary.h"

static int64_t join(const int32_t halves[2]) {
  return (int64_t)((uint64_t)(uint32_t)halves[1] << 32 | (uint32_t)halves[0]);
}

static int64_t apply(const er_unary_int_params_t* p, int64_t x) {
  switch (p->function) {
    case ER_UNARY_abs:
      return x < 0 ? (int64_t)(0 - (uint64_t)x) : x;
    case ER_UNARY_neg:
      return (int64_t)(0 - (uint64_t)x);
    case ER_UNARY_sign:
      return (x > 0) - (x < 0);
    case ER_UNARY_square:
      return (int64_t)((uint64_t)x * (uint64_t)x);
    case ER_UNARY_clip: {
      const int64_t low = join(p->alpha), high = join(p->beta);
      return x < low ? low : (x > high ? high : x);
    }
    case ER_UNARY_not:
      return !x;
    default:
      return ~x;
  }
}

void er_unary_int_ref(const er_kernel_call_t* call) {
  const er_unary_int_params_t* p = (const er_unary_int_params_t*)call->params;
  for (int32_t i = 0; i < p->count; i++) {
    er_store_integer(call->out[0], p->dtype, i,
                     apply(p, er_load_integer(call->in[0], p->dtype, i)));
  }
}
