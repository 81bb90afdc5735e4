#include "firmware/kernels/binary/binary.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"

static const char* check_input(const er_kernel_operands_t* o, const er_walk_shape_t* walk,
                               uint32_t i, int32_t dtype) {
  const er_package_tensor_t* t = o->in[i];
  const uint64_t bytes = (er_walk_reach(walk, i) + 1) * er_element_bytes(dtype);
  return t && t->dtype == dtype && bytes <= t->bytes ? NULL : "input does not fit params";
}

static const char* check_operands(const er_kernel_operands_t* o, const er_walk_shape_t* walk,
                                  int32_t function, int32_t dtype) {
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_walk(walk));
  ER_REQUIRE(check_input(o, walk, 0, dtype));
  ER_REQUIRE(check_input(o, walk, 1, dtype));
  const int32_t out = function < ER_BINARY_equal ? dtype : ER_DTYPE_BOOL;
  return er_check_tensor(o->out[0], (er_dtype_t)out, er_walk_count(walk),
                         "output does not fit params");
}

static int in_range(int32_t f, int32_t first, int32_t last) { return f >= first && f <= last; }

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_binary_params_t* p = (const er_binary_params_t*)o->params;
  if (!in_range(p->function, ER_BINARY_add, ER_BINARY_prelu) &&
      !in_range(p->function, ER_BINARY_equal, ER_BINARY_greater_equal)) {
    return "there is no such function of floats";
  }
  return check_operands(o, &p->walk, p->function, ER_DTYPE_F32);
}

static const char* validate_int(const er_kernel_operands_t* o) {
  const er_binary_params_t* p = (const er_binary_params_t*)o->params;
  if (!er_is_integer(p->dtype)) return "the element type in the params is no integer";
  if (!in_range(p->function, ER_BINARY_add, ER_BINARY_squared_difference) &&
      !in_range(p->function, ER_BINARY_and, ER_BINARY_greater_equal)) {
    return "there is no such function of integers";
  }
  return check_operands(o, &p->walk, p->function, p->dtype);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_binary_s8_params_t* p = (const er_binary_s8_params_t*)o->params;
  const int32_t f = p->function;
  if (!in_range(f, ER_BINARY_add, ER_BINARY_mul) && f != ER_BINARY_squared_difference &&
      f != ER_BINARY_prelu && !in_range(f, ER_BINARY_equal, ER_BINARY_greater_equal)) {
    return "there is no such function of quantized int8";
  }
  ER_REQUIRE(er_check_activation_s8(p->act_min, p->act_max));
  return check_operands(o, &p->walk, f, ER_DTYPE_S8);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_binary_s16_params_t* p = (const er_binary_s16_params_t*)o->params;
  if (!in_range(p->function, ER_BINARY_add, ER_BINARY_mul)) {
    return "there is no such function of quantized int16";
  }
  ER_REQUIRE(er_check_activation_s16(p->act_min, p->act_max));
  return check_operands(o, &p->walk, p->function, ER_DTYPE_S16);
}

extern const er_kernel_traits_t er_binary_f32_traits;
const er_kernel_traits_t er_binary_f32_traits = {sizeof(er_binary_params_t), validate_f32, NULL};
extern const er_kernel_traits_t er_binary_int_traits;
const er_kernel_traits_t er_binary_int_traits = {sizeof(er_binary_params_t), validate_int, NULL};
extern const er_kernel_traits_t er_binary_s8_traits;
const er_kernel_traits_t er_binary_s8_traits = {sizeof(er_binary_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_binary_s16_traits;
const er_kernel_traits_t er_binary_s16_traits = {sizeof(er_binary_s16_params_t), validate_s16,
                                                 NULL};
