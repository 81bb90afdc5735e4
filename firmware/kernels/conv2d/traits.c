#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/conv2d/shape_check.h"

const char* er_check_conv2d_shape(const er_conv2d_shape_t* s, const er_kernel_operands_t* o,
                                  er_dtype_t dtype) {
  const int32_t extents[] = {s->batch,    s->in_h,       s->in_w,      s->in_c,     s->out_h,
                             s->out_w,    s->out_c,      s->kernel_h,  s->kernel_w, s->stride_h,
                             s->stride_w, s->dilation_h, s->dilation_w};
  ER_REQUIRE(er_check_extents(extents, sizeof extents / sizeof extents[0]));
  ER_REQUIRE(er_check_reach(s->out_h, s->stride_h, s->kernel_h, s->dilation_h, s->pad_top));
  ER_REQUIRE(er_check_reach(s->out_w, s->stride_w, s->kernel_w, s->dilation_w, s->pad_left));
  const int32_t in[] = {s->batch, s->in_h, s->in_w, s->in_c};
  const int32_t out[] = {s->batch, s->out_h, s->out_w, s->out_c};
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, er_product(in, 4), "input does not fit params"));
  return er_check_tensor(o->out[0], dtype, er_product(out, 4), "output does not fit params");
}

static const char* check_weights(const er_conv2d_shape_t* s, const er_kernel_operands_t* o,
                                 er_dtype_t dtype) {
  const int32_t weights[] = {s->out_c, s->kernel_h, s->kernel_w, s->in_c};
  return er_check_tensor(o->in[1], dtype, er_product(weights, 4), "weights do not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_S8));
  ER_REQUIRE(check_weights(&p->shape, o, ER_DTYPE_S8));
  ER_REQUIRE(er_check_channels_s8(o, p->shape.out_c));
  ER_REQUIRE(er_check_offset(p->input_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_conv2d_s16_params_t* p = (const er_conv2d_s16_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_S16));
  ER_REQUIRE(check_weights(&p->shape, o, ER_DTYPE_S8));
  return er_check_channel_sum_s16(&p->sum, o, p->shape.out_c);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_conv2d_f32_params_t* p = (const er_conv2d_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_F32));
  ER_REQUIRE(check_weights(&p->shape, o, ER_DTYPE_F32));
  if (!o->in[2]) return NULL;
  return er_check_tensor(o->in[2], ER_DTYPE_F32, (uint64_t)p->shape.out_c,
                         "bias does not fit params");
}

static const char* validate_h8(const er_kernel_operands_t* o) {
  const er_conv2d_h8_params_t* p = (const er_conv2d_h8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 4, 1));
  ER_REQUIRE(er_check_conv2d_shape(&p->shape, o, ER_DTYPE_F32));
  ER_REQUIRE(check_weights(&p->shape, o, ER_DTYPE_S8));
  return er_check_channels_h8(o, p->shape.out_c);
}

static uint32_t scratch_s8(er_kernel_run_t* run, const void* params) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)params;
  if (run == er_conv2d_s8_armv7em) return er_conv2d_s8_armv7em_scratch_bytes(p);
  if (run == er_conv2d_s8_armv7em_pairs) return er_conv2d_s8_armv7em_pairs_scratch_bytes(p);
  if (run == er_conv2d_s8_armv7em_pairs_wide) {
    return er_conv2d_s8_armv7em_pairs_wide_scratch_bytes(p);
  }
  if (run == er_conv2d_s8_mve) return er_conv2d_s8_mve_scratch_bytes(p);
  return 0;
}

static uint32_t scratch_h8(er_kernel_run_t* run, const void* params) {
  const er_conv2d_h8_params_t* p = (const er_conv2d_h8_params_t*)params;
  return run == er_conv2d_h8_armv7em ? er_conv2d_h8_armv7em_scratch_bytes(p)
                                     : er_conv2d_h8_ref_scratch_bytes(p);
}

extern const er_kernel_traits_t er_conv2d_s8_traits;
const er_kernel_traits_t er_conv2d_s8_traits = {sizeof(er_conv2d_s8_params_t), validate_s8,
                                                scratch_s8};
extern const er_kernel_traits_t er_conv2d_s16_traits;
const er_kernel_traits_t er_conv2d_s16_traits = {sizeof(er_conv2d_s16_params_t), validate_s16,
                                                 NULL};
extern const er_kernel_traits_t er_conv2d_f32_traits;
const er_kernel_traits_t er_conv2d_f32_traits = {sizeof(er_conv2d_f32_params_t), validate_f32,
                                                 NULL};
extern const er_kernel_traits_t er_conv2d_h8_traits;
const er_kernel_traits_t er_conv2d_h8_traits = {sizeof(er_conv2d_h8_params_t), validate_h8,
                                                scratch_h8};
