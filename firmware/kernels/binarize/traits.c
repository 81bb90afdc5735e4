#include "firmware/kernels/binarize/binarize.h"
#include "firmware/kernels/common/operand_check.h"

static const char* check(int32_t rows, int32_t columns, const er_kernel_operands_t* o,
                         const er_package_tensor_t* numbers, er_dtype_t dtype,
                         const er_package_tensor_t* bits) {
  const int32_t extents[] = {rows, columns};
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(extents, 2));
  ER_REQUIRE(er_check_tensor(numbers, dtype, er_product(extents, 2), "numbers do not fit params"));
  return er_check_bits(bits, (uint64_t)rows, columns, "bits do not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_binarize_f32_params_t* p = (const er_binarize_f32_params_t*)o->params;
  return check(p->rows, p->columns, o, o->in[0], ER_DTYPE_F32, o->out[0]);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_binarize_s8_params_t* p = (const er_binarize_s8_params_t*)o->params;
  return check(p->rows, p->columns, o, o->in[0], ER_DTYPE_S8, o->out[0]);
}

static const char* validate_s1(const er_kernel_operands_t* o) {
  const er_unbinarize_s1_params_t* p = (const er_unbinarize_s1_params_t*)o->params;
  return check(p->rows, p->columns, o, o->out[0], ER_DTYPE_F32, o->in[0]);
}

extern const er_kernel_traits_t er_binarize_f32_traits;
const er_kernel_traits_t er_binarize_f32_traits = {sizeof(er_binarize_f32_params_t), validate_f32,
                                                   NULL};
extern const er_kernel_traits_t er_binarize_s8_traits;
const er_kernel_traits_t er_binarize_s8_traits = {sizeof(er_binarize_s8_params_t), validate_s8,
                                                  NULL};
extern const er_kernel_traits_t er_unbinarize_s1_traits;
const er_kernel_traits_t er_unbinarize_s1_traits = {sizeof(er_unbinarize_s1_params_t), validate_s1,
                                                    NULL};
