#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/unary/unary.h"

static const char* check_count(const er_kernel_operands_t* o, int32_t count, int32_t in,
                               int32_t out) {
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(&count, 1));
  ER_REQUIRE(
      er_check_tensor(o->in[0], (er_dtype_t)in, (uint64_t)count, "input does not fit params"));
  return er_check_tensor(o->out[0], (er_dtype_t)out, (uint64_t)count, "output does not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_unary_f32_params_t* p = (const er_unary_f32_params_t*)o->params;
  if (p->function < 0 || p->function >= ER_UNARY_FUNCTIONS || p->function == ER_UNARY_not ||
      p->function == ER_UNARY_bit_not) {
    return "there is no such function of floats";
  }
  const int asks = p->function == ER_UNARY_is_nan || p->function == ER_UNARY_is_inf;
  return check_count(o, p->count, ER_DTYPE_F32, asks ? ER_DTYPE_BOOL : ER_DTYPE_F32);
}

static const char* validate_int(const er_kernel_operands_t* o) {
  const er_unary_int_params_t* p = (const er_unary_int_params_t*)o->params;
  if (!er_is_integer(p->dtype)) return "the element type in the params is no integer";
  const int32_t f = p->function;
  if ((f < ER_UNARY_abs || f > ER_UNARY_clip) && f != ER_UNARY_not && f != ER_UNARY_bit_not) {
    return "there is no such function of integers";
  }
  return check_count(o, p->count, p->dtype, p->dtype);
}

extern const er_kernel_traits_t er_unary_f32_traits;
const er_kernel_traits_t er_unary_f32_traits = {sizeof(er_unary_f32_params_t), validate_f32, NULL};
extern const er_kernel_traits_t er_unary_int_traits;
const er_kernel_traits_t er_unary_int_traits = {sizeof(er_unary_int_params_t), validate_int, NULL};
