#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/resize/resize.h"

// Bounds the shape and checks the index tables, operands 1 and `x_table`.
static const char* check_shape(const er_resize_shape_t* s, const er_kernel_operands_t* o,
                               uint32_t x_table) {
  const int32_t extents[] = {s->batch, s->in_h,  s->in_w,   s->channels,
                             s->out_h, s->out_w, s->taps_h, s->taps_w};
  ER_REQUIRE(er_check_extents(extents, 8));
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_S32, (uint64_t)s->out_h * (uint64_t)s->taps_h,
                             "table of rows does not fit params"));
  return er_check_tensor(o->in[x_table], ER_DTYPE_S32, (uint64_t)s->out_w * (uint64_t)s->taps_w,
                         "table of columns does not fit params");
}

static uint64_t in_elements(const er_resize_shape_t* s) {
  const int32_t dims[] = {s->batch, s->in_h, s->in_w, s->channels};
  return er_product(dims, 4);
}

static uint64_t out_elements(const er_resize_shape_t* s) {
  const int32_t dims[] = {s->batch, s->out_h, s->out_w, s->channels};
  return er_product(dims, 4);
}

static const char* check_weighted(const er_resize_shape_t* s, const er_kernel_operands_t* o,
                                  er_dtype_t dtype, er_dtype_t weight) {
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_shape(s, o, 3));
  ER_REQUIRE(er_check_tensor(o->in[2], weight, (uint64_t)s->out_h * (uint64_t)s->taps_h,
                             "weights of rows do not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[4], weight, (uint64_t)s->out_w * (uint64_t)s->taps_w,
                             "weights of columns do not fit params"));
  ER_REQUIRE(er_check_small(o->in[0], dtype, in_elements(s), "input does not fit params"));
  return er_check_small(o->out[0], dtype, out_elements(s), "output does not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_resize_f32_params_t* p = (const er_resize_f32_params_t*)o->params;
  return check_weighted(&p->shape, o, ER_DTYPE_F32, ER_DTYPE_F32);
}

static const char* check_integers(const er_kernel_operands_t* o, er_dtype_t dtype) {
  const er_resize_s8_params_t* p = (const er_resize_s8_params_t*)o->params;
  // So that the sum of all taps stays within 64 bits.
  if (p->shape.taps_h > 256 || p->shape.taps_w > 256) return "too many taps";
  return check_weighted(&p->shape, o, dtype, ER_DTYPE_S16);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  return check_integers(o, ER_DTYPE_S8);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  return check_integers(o, ER_DTYPE_S16);
}

static const char* validate_any(const er_kernel_operands_t* o) {
  const er_resize_any_params_t* p = (const er_resize_any_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(check_shape(&p->shape, o, 2));
  if (p->shape.taps_h != 1 || p->shape.taps_w != 1) return "nearest has one tap";
  const int32_t width = p->element_bytes;
  if ((width != 1 && width != 2 && width != 4 && width != 8) || p->shape.channels % width != 0) {
    return "pixels do not divide into elements";
  }
  const uint64_t elements = in_elements(&p->shape) / (uint64_t)width;
  ER_REQUIRE(er_check_width(o->in[0], width, elements, "input does not fit params"));
  return er_check_width(o->out[0], width, out_elements(&p->shape) / (uint64_t)width,
                        "output does not fit params");
}

extern const er_kernel_traits_t er_resize_f32_traits;
const er_kernel_traits_t er_resize_f32_traits = {sizeof(er_resize_f32_params_t), validate_f32,
                                                 NULL};
extern const er_kernel_traits_t er_resize_s8_traits;
const er_kernel_traits_t er_resize_s8_traits = {sizeof(er_resize_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_resize_s16_traits;
const er_kernel_traits_t er_resize_s16_traits = {sizeof(er_resize_s16_params_t), validate_s16,
                                                 NULL};
extern const er_kernel_traits_t er_resize_any_traits;
const er_kernel_traits_t er_resize_any_traits = {sizeof(er_resize_any_params_t), validate_any,
                                                 NULL};
