#include "firmware/kernels/binary/binary.h"
#include "firmware/kernels/common/elements.h"

static int64_t divide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static int64_t remainder_of(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }

static int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0) {  // 1 / base^n, towards zero
    if (base == 1 || (base == -1 && exponent % 2 == 0)) return 1;
    return base == -1 ? -1 : 0;
  }
  uint64_t result = 1, square = (uint64_t)base;
  for (; exponent; exponent >>= 1, square *= square) {
    if (exponent & 1) result *= square;
  }
  return (int64_t)result;
}

static int64_t apply(int32_t function, int64_t a, int64_t b) {
  const uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
  const int64_t rest =
      function == ER_BINARY_floor_div || function == ER_BINARY_mod || function == ER_BINARY_fmod
          ? remainder_of(a, b)
          : 0;
  const int adjust = rest != 0 && (rest < 0) != (b < 0);
  switch (function) {
    case ER_BINARY_add:
      return (int64_t)(ua + ub);
    case ER_BINARY_sub:
      return (int64_t)(ua - ub);
    case ER_BINARY_mul:
      return (int64_t)(ua * ub);
    case ER_BINARY_div:
      return divide(a, b);
    case ER_BINARY_floor_div:
      return divide(a, b) - adjust;
    case ER_BINARY_mod:
      return adjust ? rest + b : rest;
    case ER_BINARY_fmod:
      return rest;
    case ER_BINARY_pow:
      return power(a, b);
    case ER_BINARY_max:
      return a > b ? a : b;
    case ER_BINARY_min:
      return a < b ? a : b;
    case ER_BINARY_squared_difference:
      return (int64_t)((ua - ub) * (ua - ub));
    case ER_BINARY_and:
    case ER_BINARY_bit_and:
      return a & b;
    case ER_BINARY_or:
    case ER_BINARY_bit_or:
      return a | b;
    case ER_BINARY_xor:
    case ER_BINARY_bit_xor:
      return a ^ b;
    case ER_BINARY_shift_left:
      return ub < 64 ? (int64_t)(ua << ub) : 0;
    case ER_BINARY_shift_right:
      return ub < 64 ? a >> ub : (a < 0 ? -1 : 0);
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

void er_binary_int_ref(const er_kernel_call_t* call) {
  const er_binary_params_t* p = (const er_binary_params_t*)call->params;
  const int32_t out = p->function < ER_BINARY_equal ? p->dtype : ER_DTYPE_BOOL;
  int32_t at = 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const int64_t a = er_load_integer(call->in[0], p->dtype, walk.offset[0]);
    const int64_t b = er_load_integer(call->in[1], p->dtype, walk.offset[1]);
    er_store_integer(call->out[0], out, at++, apply(p->function, a, b));
  } while (er_walk_next(&walk, &p->walk, p->walk.rank));
}
