// The integer arithmetic of TFLite's reference kernels for int8 and int16.
#include "firmware/kernels/binary/binary.h"
#include "firmware/kernels/common/fixed_point.h"

static int32_t scaled(int32_t x, const er_binary_scale_t* scale) {
  return er_multiply_by_quantized_multiplier(x, scale->multiplier, scale->shift);
}

static int32_t compare(int32_t function, int32_t a, int32_t b) {
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

static int32_t combine(const er_binary_s8_params_t* p, int32_t a, int32_t b) {
  if (p->function == ER_BINARY_mul) return scaled(er_wrap_mul(a, b), &p->output);
  if (p->function == ER_BINARY_prelu) {
    return a >= 0 ? scaled(a, &p->a) : scaled(er_wrap_mul(a, b), &p->output);
  }
  a = scaled(er_wrap_shift_left(a, p->left_shift), &p->a);
  b = scaled(er_wrap_shift_left(b, p->left_shift), &p->b);
  if (p->function >= ER_BINARY_equal) return compare(p->function, a, b);
  if (p->function == ER_BINARY_add) return scaled(er_wrap_add(a, b), &p->output);
  const int32_t difference = er_wrap_sub(a, b);
  if (p->function == ER_BINARY_sub) return scaled(difference, &p->output);
  return scaled(er_wrap_mul(difference, difference), &p->output);  // squared_difference
}

void er_binary_s8_ref(const er_kernel_call_t* call) {
  const er_binary_s8_params_t* p = (const er_binary_s8_params_t*)call->params;
  int8_t* y = (int8_t*)call->out[0];
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const int32_t a = ((const int8_t*)call->in[0])[walk.offset[0]];
    const int32_t b = ((const int8_t*)call->in[1])[walk.offset[1]];
    const int32_t q = combine(p, er_wrap_add(a, p->a_offset), er_wrap_add(b, p->b_offset));
    *y++ = (int8_t)er_clamp(er_wrap_add(q, p->output_offset), p->act_min, p->act_max);
  } while (er_walk_next(&walk, &p->walk, p->walk.rank));
}

static int32_t combine_s16(const er_binary_s16_params_t* p, int32_t a, int32_t b) {
  if (p->function == ER_BINARY_mul) return scaled(er_wrap_mul(a, b), &p->output);
  if (p->power_of_two) {
    a = er_rounding_divide_by_pot(a, er_wrap_sub(0, p->a.shift));
    b = er_rounding_divide_by_pot(b, er_wrap_sub(0, p->b.shift));
    return p->function == ER_BINARY_add ? er_wrap_add(a, b) : er_wrap_sub(a, b);
  }
  a = scaled(er_wrap_shift_left(a, p->left_shift), &p->a);
  b = scaled(er_wrap_shift_left(b, p->left_shift), &p->b);
  return scaled(p->function == ER_BINARY_add ? er_wrap_add(a, b) : er_wrap_sub(a, b), &p->output);
}

void er_binary_s16_ref(const er_kernel_call_t* call) {
  const er_binary_s16_params_t* p = (const er_binary_s16_params_t*)call->params;
  int16_t* y = (int16_t*)call->out[0];
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const int32_t a = ((const int16_t*)call->in[0])[walk.offset[0]];
    const int32_t b = ((const int16_t*)call->in[1])[walk.offset[1]];
    *y++ = (int16_t)er_clamp(combine_s16(p, a, b), p->act_min, p->act_max);
  } while (er_walk_next(&walk, &p->walk, p->walk.rank));
}
