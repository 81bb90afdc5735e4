#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/softmax/softmax.h"

static const char* check_rows(int32_t rows, int32_t depth, const er_kernel_operands_t* o,
                              er_dtype_t dtype) {
  const int32_t extents[] = {rows, depth};
  ER_REQUIRE(er_check_counts(o, dtype == ER_DTYPE_S16 ? 3 : 1, 1));
  ER_REQUIRE(er_check_extents(extents, 2));
  const uint64_t elements = er_product(extents, 2);
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, elements, "input does not fit params"));
  return er_check_tensor(o->out[0], dtype, elements, "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_softmax_s8_params_t* p = (const er_softmax_s8_params_t*)o->params;
  return check_rows(p->rows, p->depth, o, ER_DTYPE_S8);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_softmax_s16_params_t* p = (const er_softmax_s16_params_t*)o->params;
  ER_REQUIRE(check_rows(p->rows, p->depth, o, ER_DTYPE_S16));
  ER_REQUIRE(er_check_table_s16(o->in[1]));
  return er_check_table_s16(o->in[2]);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_softmax_f32_params_t* p = (const er_softmax_f32_params_t*)o->params;
  return check_rows(p->rows, p->depth, o, ER_DTYPE_F32);
}

extern const er_kernel_traits_t er_softmax_s8_traits;
const er_kernel_traits_t er_softmax_s8_traits = {sizeof(er_softmax_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_softmax_s16_traits;
const er_kernel_traits_t er_softmax_s16_traits = {sizeof(er_softmax_s16_params_t), validate_s16,
                                                  NULL};
extern const er_kernel_traits_t er_softmax_f32_traits;
const er_kernel_traits_t er_softmax_f32_traits = {sizeof(er_softmax_f32_params_t), validate_f32,
                                                  NULL};
