#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/quantize/quantize.h"

static const char* check_count(int32_t count, const er_kernel_operands_t* o, er_dtype_t in,
                               er_dtype_t out) {
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(&count, 1));
  ER_REQUIRE(er_check_tensor(o->in[0], in, (uint64_t)count, "input does not fit params"));
  return er_check_tensor(o->out[0], out, (uint64_t)count, "output does not fit params");
}

static const char* validate_quantize(const er_kernel_operands_t* o) {
  const er_quantize_params_t* p = (const er_quantize_params_t*)o->params;
  return check_count(p->count, o, ER_DTYPE_F32, ER_DTYPE_S8);
}

static const char* validate_dequantize(const er_kernel_operands_t* o) {
  const er_quantize_params_t* p = (const er_quantize_params_t*)o->params;
  return check_count(p->count, o, ER_DTYPE_S8, ER_DTYPE_F32);
}

static const char* validate_requantize(const er_kernel_operands_t* o) {
  const er_requantize_s8_params_t* p = (const er_requantize_s8_params_t*)o->params;
  return check_count(p->count, o, ER_DTYPE_S8, ER_DTYPE_S8);
}

extern const er_kernel_traits_t er_quantize_f32_traits;
const er_kernel_traits_t er_quantize_f32_traits = {sizeof(er_quantize_params_t), validate_quantize,
                                                   NULL};
extern const er_kernel_traits_t er_dequantize_s8_traits;
const er_kernel_traits_t er_dequantize_s8_traits = {sizeof(er_quantize_params_t),
                                                    validate_dequantize, NULL};
extern const er_kernel_traits_t er_requantize_s8_traits;
const er_kernel_traits_t er_requantize_s8_traits = {sizeof(er_requantize_s8_params_t),
                                                    validate_requantize, NULL};
