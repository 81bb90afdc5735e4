#include "firmware/kernels/add/add.h"
#include "firmware/kernels/common/operand_check.h"

static const char* check_count(int32_t count, const er_kernel_operands_t* o, er_dtype_t dtype) {
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(&count, 1));
  const uint64_t n = (uint64_t)count;
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, n, "first input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], dtype, n, "second input does not fit params"));
  return er_check_tensor(o->out[0], dtype, n, "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_add_s8_params_t* p = (const er_add_s8_params_t*)o->params;
  ER_REQUIRE(check_count(p->count, o, ER_DTYPE_S8));
  ER_REQUIRE(er_check_offset(p->a_offset));
  ER_REQUIRE(er_check_offset(p->b_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  return check_count(((const er_add_f32_params_t*)o->params)->count, o, ER_DTYPE_F32);
}

extern const er_kernel_traits_t er_add_s8_traits;
const er_kernel_traits_t er_add_s8_traits = {sizeof(er_add_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_add_f32_traits;
const er_kernel_traits_t er_add_f32_traits = {sizeof(er_add_f32_params_t), validate_f32, NULL};
