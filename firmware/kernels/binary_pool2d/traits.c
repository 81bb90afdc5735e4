#include "firmware/kernels/binary_pool2d/binary_pool2d.h"
#include "firmware/kernels/common/operand_check.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_pool2d_shape_t* s = (const er_pool2d_shape_t*)o->params;
  const int32_t extents[] = {s->batch, s->in_h,     s->in_w,     s->channels, s->out_h,
                             s->out_w, s->kernel_h, s->kernel_w, s->stride_h, s->stride_w};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(extents, sizeof extents / sizeof extents[0]));
  ER_REQUIRE(er_check_reach(s->out_h, s->stride_h, s->kernel_h, 1, s->pad_top));
  ER_REQUIRE(er_check_reach(s->out_w, s->stride_w, s->kernel_w, 1, s->pad_left));
  const int32_t in[] = {s->batch, s->in_h, s->in_w};
  const int32_t out[] = {s->batch, s->out_h, s->out_w};
  ER_REQUIRE(er_check_bits(o->in[0], er_product(in, 3), s->channels, "input does not fit params"));
  ER_REQUIRE(er_check_bits(o->in[1], 1, s->channels, "mask does not fit params"));
  return er_check_bits(o->out[0], er_product(out, 3), s->channels, "output does not fit params");
}

extern const er_kernel_traits_t er_binary_pool2d_s1_traits;
const er_kernel_traits_t er_binary_pool2d_s1_traits = {sizeof(er_pool2d_shape_t), validate, NULL};
