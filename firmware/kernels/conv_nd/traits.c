#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv_nd/conv_nd.h"

static const char* check_shape(const er_conv_nd_shape_t* s, const er_kernel_operands_t* o,
                               er_dtype_t dtype, er_dtype_t weights_dtype) {
  const int32_t sizes[] = {s->batch, s->in_c, s->out_c, s->groups};
  ER_REQUIRE(er_check_extents(sizes, 4));
  if (s->in_c % s->groups != 0 || s->out_c % s->groups != 0) return "channels do not divide";
  for (int32_t d = 0; d < ER_CONV_ND_DIRECTIONS; d++) {
    const int32_t extents[] = {s->in[d], s->out[d], s->kernel[d], s->stride[d], s->dilation[d]};
    ER_REQUIRE(er_check_extents(extents, 5));
    ER_REQUIRE(er_check_reach(s->out[d], s->stride[d], s->kernel[d], s->dilation[d], s->pad[d]));
  }
  const int32_t in[] = {s->batch, s->in[0], s->in[1], s->in[2], s->in_c};
  const int32_t out[] = {s->batch, s->out[0], s->out[1], s->out[2], s->out_c};
  const int32_t weights[] = {s->out_c, s->kernel[0], s->kernel[1], s->kernel[2],
                             s->in_c / s->groups};
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, er_product(in, 5), "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], weights_dtype, er_product(weights, 5),
                             "weights do not fit params"));
  return er_check_tensor(o->out[0], dtype, er_product(out, 5), "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_conv_nd_s8_params_t* p = (const er_conv_nd_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S8, ER_DTYPE_S8));
  ER_REQUIRE(er_check_channels_s8(o, p->shape.out_c));
  ER_REQUIRE(er_check_offset(p->input_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_conv_nd_s16_params_t* p = (const er_conv_nd_s16_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S16, ER_DTYPE_S8));
  return er_check_channel_sum_s16(&p->sum, o, p->shape.out_c);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_conv_nd_f32_params_t* p = (const er_conv_nd_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_F32, ER_DTYPE_F32));
  if (!o->in[2]) return NULL;
  return er_check_tensor(o->in[2], ER_DTYPE_F32, (uint64_t)p->shape.out_c,
                         "bias does not fit params");
}

extern const er_kernel_traits_t er_conv_nd_s8_traits;
const er_kernel_traits_t er_conv_nd_s8_traits = {sizeof(er_conv_nd_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_conv_nd_s16_traits;
const er_kernel_traits_t er_conv_nd_s16_traits = {sizeof(er_conv_nd_s16_params_t), validate_s16,
                                                  NULL};
extern const er_kernel_traits_t er_conv_nd_f32_traits;
const er_kernel_traits_t er_conv_nd_f32_traits = {sizeof(er_conv_nd_f32_params_t), validate_f32,
                                                  NULL};
