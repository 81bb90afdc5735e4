#include "firmware/kernels/binary/binary.h"
#include "firmware/kernels/common/float_math.h"

// Division by zero gives NaN, as the remainder itself.
static float floored_mod(float a, float b) {
  const float rest = er_fmodf(a, b);
  return rest != 0.0f && (rest < 0.0f) != (b < 0.0f) ? rest + b : rest;
}

static float apply(int32_t function, float a, float b) {
  switch (function) {
    case ER_BINARY_add:
      return a + b;
    case ER_BINARY_sub:
      return a - b;
    case ER_BINARY_mul:
      return a * b;
    case ER_BINARY_div:
      return a / b;
    case ER_BINARY_floor_div:
      return er_floorf(a / b);
    case ER_BINARY_mod:
      return floored_mod(a, b);
    case ER_BINARY_fmod:
      return er_fmodf(a, b);
    case ER_BINARY_pow:
      return er_powf(a, b);
    case ER_BINARY_max:
      return a > b || a != a ? a : b;
    case ER_BINARY_min:
      return a < b || a != a ? a : b;
    case ER_BINARY_squared_difference:
      return (a - b) * (a - b);
    case ER_BINARY_atan2:
      return er_atan2f(a, b);
    default:  // prelu
      return a < 0.0f ? a * b : a;
  }
}

static int holds(int32_t function, float a, float b) {
  switch (function) {
    case ER_BINARY_equal:
      return a == b;
    case ER_BINARY_not_equal:
      return a != b;
    case ER_BINARY_less:
      return a < b;
    case ER_BINARY_less_equal:
      return a <= b;
    case ER_BINARY_greater:
      return a > b;
    default:
      return a >= b;
  }
}

// One line of the innermost dimension. The common functions have loops without calls.
static void line(int32_t function, const float* a, int32_t a_stride, const float* b,
                 int32_t b_stride, float* y, int32_t count) {
  int32_t i = 0;
  switch (function) {
    case ER_BINARY_add:
      for (; i < count; i++, a += a_stride, b += b_stride) y[i] = er_one_nan(*a + *b);
      return;
    case ER_BINARY_sub:
      for (; i < count; i++, a += a_stride, b += b_stride) y[i] = er_one_nan(*a - *b);
      return;
    case ER_BINARY_mul:
      for (; i < count; i++, a += a_stride, b += b_stride) y[i] = er_one_nan(*a * *b);
      return;
    default:
      for (; i < count; i++, a += a_stride, b += b_stride)
        y[i] = er_one_nan(apply(function, *a, *b));
      return;
  }
}

void er_binary_f32_ref(const er_kernel_call_t* call) {
  const er_binary_params_t* p = (const er_binary_params_t*)call->params;
  const int32_t inner = p->walk.rank - 1;
  const int32_t count = p->walk.dims[inner];
  const int32_t a_stride = p->walk.strides[0][inner], b_stride = p->walk.strides[1][inner];
  int32_t at = 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const float* a = (const float*)call->in[0] + walk.offset[0];
    const float* b = (const float*)call->in[1] + walk.offset[1];
    if (p->function < ER_BINARY_equal) {
      float* y = (float*)call->out[0] + at;
      line(p->function, a, a_stride, b, b_stride, y, count);
      for (int32_t i = 0; p->clamps && i < count; i++) {
        y[i] = y[i] < p->act_min ? p->act_min : (y[i] > p->act_max ? p->act_max : y[i]);
      }
    } else {
      uint8_t* y = (uint8_t*)call->out[0] + at;
      for (int32_t i = 0; i < count; i++) {
        y[i] = (uint8_t)holds(p->function, a[i * a_stride], b[i * b_stride]);
      }
    }
    at += count;
  } while (er_walk_next(&walk, &p->walk, inner));
}
