#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/pool2d/pool2d.h"

static const char* check_shape(const er_pool2d_shape_t* s, const er_kernel_operands_t* o,
                               er_dtype_t dtype) {
  const int32_t extents[] = {s->batch, s->in_h,     s->in_w,     s->channels, s->out_h,
                             s->out_w, s->kernel_h, s->kernel_w, s->stride_h, s->stride_w};
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(extents, sizeof extents / sizeof extents[0]));
  ER_REQUIRE(er_check_reach(s->out_h, s->stride_h, s->kernel_h, 1, s->pad_top));
  ER_REQUIRE(er_check_reach(s->out_w, s->stride_w, s->kernel_w, 1, s->pad_left));
  const int32_t in[] = {s->batch, s->in_h, s->in_w, s->channels};
  const int32_t out[] = {s->batch, s->out_h, s->out_w, s->channels};
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, er_product(in, 4), "input does not fit params"));
  return er_check_tensor(o->out[0], dtype, er_product(out, 4), "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_pool2d_s8_params_t* p = (const er_pool2d_s8_params_t*)o->params;
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S8));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_pool2d_s16_params_t* p = (const er_pool2d_s16_params_t*)o->params;
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S16));
  return er_check_activation_s16(p->act_min, p->act_max);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  return check_shape(&((const er_pool2d_f32_params_t*)o->params)->shape, o, ER_DTYPE_F32);
}

#define DEFINE_TRAITS(op, dtype)                                                               \
  extern const er_kernel_traits_t er_##op##_##dtype##_traits;                                  \
  const er_kernel_traits_t er_##op##_##dtype##_traits = {sizeof(er_pool2d_##dtype##_params_t), \
                                                         validate_##dtype, NULL};
DEFINE_TRAITS(max_pool2d, s8)
DEFINE_TRAITS(max_pool2d, s16)
DEFINE_TRAITS(max_pool2d, f32)
DEFINE_TRAITS(avg_pool2d, s8)
DEFINE_TRAITS(avg_pool2d, s16)
DEFINE_TRAITS(avg_pool2d, f32)
