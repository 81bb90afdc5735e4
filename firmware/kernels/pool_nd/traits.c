#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/pool_nd/pool_nd.h"

static const char* check_shape(const er_pool_nd_shape_t* s, const er_kernel_operands_t* o,
                               er_dtype_t dtype) {
  const int32_t sizes[] = {s->batch, s->channels};
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(sizes, 2));
  for (int32_t d = 0; d < ER_POOL_ND_DIRECTIONS; d++) {
    const int32_t extents[] = {s->in[d], s->out[d], s->kernel[d], s->stride[d], s->dilation[d]};
    ER_REQUIRE(er_check_extents(extents, 5));
    ER_REQUIRE(er_check_reach(s->out[d], s->stride[d], s->kernel[d], s->dilation[d], s->before[d]));
    if (s->after[d] < 0 || s->after[d] > ER_MAX_EXTENT) return "a padding is out of range";
  }
  // A window's taps are counted in an int32.
  if (er_product(s->kernel, ER_POOL_ND_DIRECTIONS) >= (1u << 30)) return "the window is too large";
  if (s->kind < ER_POOL_MAX || s->kind > ER_POOL_ROOT_MEAN_SQUARE) return "unknown pooling";
  const int32_t in[] = {s->batch, s->in[0], s->in[1], s->in[2], s->channels};
  const int32_t out[] = {s->batch, s->out[0], s->out[1], s->out[2], s->channels};
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, er_product(in, 5), "input does not fit params"));
  return er_check_tensor(o->out[0], dtype, er_product(out, 5), "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_pool_nd_s8_params_t* p = (const er_pool_nd_s8_params_t*)o->params;
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S8));
  if (p->shape.kind > ER_POOL_AVERAGE) return "int8 has maximum and average pooling";
  ER_REQUIRE(er_check_offset(p->zero_point));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  return check_shape(&((const er_pool_nd_f32_params_t*)o->params)->shape, o, ER_DTYPE_F32);
}

extern const er_kernel_traits_t er_pool_nd_s8_traits;
const er_kernel_traits_t er_pool_nd_s8_traits = {sizeof(er_pool_nd_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_pool_nd_f32_traits;
const er_kernel_traits_t er_pool_nd_f32_traits = {sizeof(er_pool_nd_f32_params_t), validate_f32,
                                                  NULL};
