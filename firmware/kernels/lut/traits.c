#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/lut/lut.h"

static const char* validate_s8(const er_kernel_operands_t* o) {
  const int32_t count = ((const er_lut_s8_params_t*)o->params)->count;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(&count, 1));
  ER_REQUIRE(er_check_tensor(o->in[0], ER_DTYPE_S8, (uint64_t)count, "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_S8, 256, "the table must have 256 int8"));
  return er_check_tensor(o->out[0], ER_DTYPE_S8, (uint64_t)count, "output does not fit params");
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const int32_t count = ((const er_lut_s16_params_t*)o->params)->count;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(&count, 1));
  ER_REQUIRE(er_check_tensor(o->in[0], ER_DTYPE_S16, (uint64_t)count, "input does not fit params"));
  ER_REQUIRE(er_check_table_s16(o->in[1]));
  return er_check_tensor(o->out[0], ER_DTYPE_S16, (uint64_t)count, "output does not fit params");
}

extern const er_kernel_traits_t er_lut_s8_traits;
const er_kernel_traits_t er_lut_s8_traits = {sizeof(er_lut_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_lut_s16_traits;
const er_kernel_traits_t er_lut_s16_traits = {sizeof(er_lut_s16_params_t), validate_s16, NULL};
