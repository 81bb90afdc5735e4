#include "firmware/kernels/axis_softmax/axis_softmax.h"
#include "firmware/kernels/common/operand_check.h"

static const char* check_operands(const er_kernel_operands_t* o, const er_axis_t* axis,
                                  int32_t mode, int32_t last_mode, int32_t dtype) {
  ER_REQUIRE(er_check_counts(o, 1, 1));
  if (mode < ER_SOFTMAX || mode > last_mode) return "there is no such mode";
  ER_REQUIRE(er_check_axis(axis, o->in[0], dtype));
  return er_check_axis(axis, o->out[0], dtype);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_axis_softmax_f32_params_t* p = (const er_axis_softmax_f32_params_t*)o->params;
  return check_operands(o, &p->axis, p->mode, ER_HARDMAX, ER_DTYPE_F32);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_axis_softmax_s8_params_t* p = (const er_axis_softmax_s8_params_t*)o->params;
  return check_operands(o, &p->axis, p->mode, ER_LOG_SOFTMAX, ER_DTYPE_S8);
}

extern const er_kernel_traits_t er_axis_softmax_f32_traits;
const er_kernel_traits_t er_axis_softmax_f32_traits = {sizeof(er_axis_softmax_f32_params_t),
                                                       validate_f32, NULL};
extern const er_kernel_traits_t er_axis_softmax_s8_traits;
const er_kernel_traits_t er_axis_softmax_s8_traits = {sizeof(er_axis_softmax_s8_params_t),
                                                      validate_s8, NULL};
