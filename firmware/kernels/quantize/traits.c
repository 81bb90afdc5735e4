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

static int is_storage(int32_t dtype) {
  return dtype == ER_DTYPE_S8 || dtype == ER_DTYPE_U8 || dtype == ER_DTYPE_S16;
}

static const char* check_any(const er_kernel_operands_t* o, int32_t in, int32_t out) {
  const er_quantize_any_params_t* p = (const er_quantize_any_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], in));
  ER_REQUIRE(er_check_axis(&p->axis, o->out[0], out));
  const uint64_t slices = (uint64_t)p->axis.depth;
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_F32, slices, "scales do not fit params"));
  return er_check_tensor(o->in[2], ER_DTYPE_S32, slices, "zero points do not fit params");
}

static const char* validate_quantize_any(const er_kernel_operands_t* o) {
  const er_quantize_any_params_t* p = (const er_quantize_any_params_t*)o->params;
  if (!is_storage(p->dtype)) return "the element type in the params is none for quantized values";
  return check_any(o, ER_DTYPE_F32, p->dtype);
}

static const char* validate_dequantize_any(const er_kernel_operands_t* o) {
  const er_quantize_any_params_t* p = (const er_quantize_any_params_t*)o->params;
  if (!is_storage(p->dtype) && p->dtype != ER_DTYPE_S32) {
    return "the element type in the params is none for quantized values";
  }
  return check_any(o, p->dtype, ER_DTYPE_F32);
}

static const char* validate_requantize_any(const er_kernel_operands_t* o) {
  const er_requantize_any_params_t* p = (const er_requantize_any_params_t*)o->params;
  if ((!is_storage(p->from) && p->from != ER_DTYPE_S32) || !is_storage(p->to)) {
    return "an element type in the params is none for quantized values";
  }
  return check_count(p->count, o, (er_dtype_t)p->from, (er_dtype_t)p->to);
}

extern const er_kernel_traits_t er_quantize_any_traits;
const er_kernel_traits_t er_quantize_any_traits = {sizeof(er_quantize_any_params_t),
                                                   validate_quantize_any, NULL};
extern const er_kernel_traits_t er_dequantize_any_traits;
const er_kernel_traits_t er_dequantize_any_traits = {sizeof(er_quantize_any_params_t),
                                                     validate_dequantize_any, NULL};
extern const er_kernel_traits_t er_requantize_any_traits;
const er_kernel_traits_t er_requantize_any_traits = {sizeof(er_requantize_any_params_t),
                                                     validate_requantize_any, NULL};
extern const er_kernel_traits_t er_quantize_f32_traits;
const er_kernel_traits_t er_quantize_f32_traits = {sizeof(er_quantize_params_t), validate_quantize,
                                                   NULL};
extern const er_kernel_traits_t er_dequantize_s8_traits;
const er_kernel_traits_t er_dequantize_s8_traits = {sizeof(er_quantize_params_t),
                                                    validate_dequantize, NULL};
extern const er_kernel_traits_t er_requantize_s8_traits;
const er_kernel_traits_t er_requantize_s8_traits = {sizeof(er_requantize_s8_params_t),
                                                    validate_requantize, NULL};
