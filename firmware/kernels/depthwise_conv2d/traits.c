#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv2d/shape_check.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

static const char* check_weights(const er_conv2d_shape_t* s, int32_t depth_multiplier,
                                 const er_kernel_operands_t* o, er_dtype_t dtype) {
  ER_REQUIRE(er_check_extents(&depth_multiplier, 1));
  if ((int64_t)s->in_c * depth_multiplier != s->out_c) return "out_c is not in_c * multiplier";
  const int32_t weights[] = {s->kernel_h, s->kernel_w, s->out_c};
  return er_check_tensor(o->in[1], dtype, er_product(weights, 3), "weights do not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_S8));
  ER_REQUIRE(check_weights(&p->shape, p->depth_multiplier, o, ER_DTYPE_S8));
  ER_REQUIRE(er_check_channels_s8(o, p->shape.out_c));
  ER_REQUIRE(er_check_offset(p->input_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_depthwise_conv2d_s16_params_t* p = (const er_depthwise_conv2d_s16_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_S16));
  ER_REQUIRE(check_weights(&p->shape, p->depth_multiplier, o, ER_DTYPE_S8));
  return er_check_channel_sum_s16(&p->sum, o, p->shape.out_c);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_depthwise_conv2d_f32_params_t* p = (const er_depthwise_conv2d_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_F32));
  ER_REQUIRE(check_weights(&p->shape, p->depth_multiplier, o, ER_DTYPE_F32));
  if (!o->in[2]) return NULL;
  return er_check_tensor(o->in[2], ER_DTYPE_F32, (uint64_t)p->shape.out_c,
                         "bias does not fit params");
}

static const char* validate_h8(const er_kernel_operands_t* o) {
  const er_depthwise_conv2d_h8_params_t* p = (const er_depthwise_conv2d_h8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 4, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_F32));
  ER_REQUIRE(check_weights(&p->shape, p->depth_multiplier, o, ER_DTYPE_S8));
  return er_check_channels_h8(o, p->shape.out_c);
}

static uint32_t scratch_s8(er_kernel_run_t* run, const void* params) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)params;
  if (run == er_depthwise_conv2d_s8_armv7em) return er_depthwise_conv2d_s8_armv7em_scratch_bytes(p);
  if (run == er_depthwise_conv2d_s8_mve) return er_depthwise_conv2d_s8_mve_scratch_bytes(p);
  return 0;
}

static uint32_t scratch_h8(er_kernel_run_t* run, const void* params) {
  (void)run;
  return er_depthwise_conv2d_h8_ref_scratch_bytes((const er_depthwise_conv2d_h8_params_t*)params);
}

extern const er_kernel_traits_t er_depthwise_conv2d_s8_traits;
const er_kernel_traits_t er_depthwise_conv2d_s8_traits = {sizeof(er_depthwise_conv2d_s8_params_t),
                                                          validate_s8, scratch_s8};
extern const er_kernel_traits_t er_depthwise_conv2d_s16_traits;
const er_kernel_traits_t er_depthwise_conv2d_s16_traits = {sizeof(er_depthwise_conv2d_s16_params_t),
                                                           validate_s16, NULL};
extern const er_kernel_traits_t er_depthwise_conv2d_f32_traits;
const er_kernel_traits_t er_depthwise_conv2d_f32_traits = {sizeof(er_depthwise_conv2d_f32_params_t),
                                                           validate_f32, NULL};
extern const er_kernel_traits_t er_depthwise_conv2d_h8_traits;
const er_kernel_traits_t er_depthwise_conv2d_h8_traits = {sizeof(er_depthwise_conv2d_h8_params_t),
                                                          validate_h8, scratch_h8};
