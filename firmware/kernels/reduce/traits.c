#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/reduce/reduce.h"

static const char* check_operands(const er_kernel_operands_t* o, const er_walk_shape_t* kept,
                                  const er_walk_shape_t* reduced, int32_t dtype) {
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_walk(kept));
  ER_REQUIRE(er_check_walk(reduced));
  if (er_walk_count(reduced) >= (1u << 28)) return "too many elements for one result";
  const er_package_tensor_t* x = o->in[0];
  const uint64_t last = er_walk_reach(kept, 0) + er_walk_reach(reduced, 0);
  if (!x || x->dtype != dtype || (last + 1) * er_element_bytes(dtype) > x->bytes) {
    return "input does not fit params";
  }
  return er_check_tensor(o->out[0], (er_dtype_t)dtype, er_walk_count(kept),
                         "output does not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_reduce_params_t* p = (const er_reduce_params_t*)o->params;
  if (p->function < 0 || p->function >= ER_REDUCE_FUNCTIONS) {
    return "there is no such function of floats";
  }
  return check_operands(o, &p->kept, &p->reduced, ER_DTYPE_F32);
}

static const char* validate_int(const er_kernel_operands_t* o) {
  const er_reduce_params_t* p = (const er_reduce_params_t*)o->params;
  if (!er_is_integer(p->dtype)) return "the element type in the params is no integer";
  if (p->function < 0 || p->function >= ER_REDUCE_l2) {
    return "there is no such function of integers";
  }
  return check_operands(o, &p->kept, &p->reduced, p->dtype);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_reduce_s8_params_t* p = (const er_reduce_s8_params_t*)o->params;
  ER_REQUIRE(er_check_offset(p->input_offset));
  return check_operands(o, &p->kept, &p->reduced, ER_DTYPE_S8);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_reduce_s16_params_t* p = (const er_reduce_s16_params_t*)o->params;
  if (p->input_offset != 0 || p->output_offset != 0) return "a zero point of int16 is not 0";
  return check_operands(o, &p->kept, &p->reduced, ER_DTYPE_S16);
}

extern const er_kernel_traits_t er_reduce_f32_traits;
const er_kernel_traits_t er_reduce_f32_traits = {sizeof(er_reduce_params_t), validate_f32, NULL};
extern const er_kernel_traits_t er_reduce_int_traits;
const er_kernel_traits_t er_reduce_int_traits = {sizeof(er_reduce_params_t), validate_int, NULL};
extern const er_kernel_traits_t er_reduce_s8_traits;
const er_kernel_traits_t er_reduce_s8_traits = {sizeof(er_reduce_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_reduce_s16_traits;
const er_kernel_traits_t er_reduce_s16_traits = {sizeof(er_reduce_s16_params_t), validate_s16,
                                                 NULL};
