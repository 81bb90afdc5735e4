#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/matmul/matmul.h"

enum { kLoops = ER_MATMUL_BATCH_DIMS + 2 };

// `t` holds every element that loops of `extent` with `stride` (none negative) reach.
static const char* check_reach(const er_package_tensor_t* t, er_dtype_t dtype,
                               const int32_t* extent, const int32_t* stride) {
  int64_t last = 0;
  for (int32_t i = 0; i < kLoops; i++) {
    if (stride[i] < 0 || (int64_t)stride[i] * extent[i] > (1 << 28)) return "impossible strides";
    last += (int64_t)stride[i] * (extent[i] - 1);
  }
  if (!t || t->dtype != dtype || last >= (1 << 28) ||
      (uint64_t)(last + 1) * er_element_bytes(t->dtype) > t->bytes) {
    return "an operand does not fit params";
  }
  return NULL;
}

static const char* check_shape(const er_matmul_shape_t* s, const er_kernel_operands_t* o,
                               er_dtype_t a, er_dtype_t b, er_dtype_t y) {
  const int32_t extents[] = {s->rows, s->depth, s->cols};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(s->batch, ER_MATMUL_BATCH_DIMS));
  ER_REQUIRE(er_check_extents(extents, 3));
  // Otherwise the sums could be longer than any operand, and never end.
  if (s->a_depth_stride < 1 || s->b_depth_stride < 1) return "impossible strides";
  int32_t a_extent[kLoops], a_stride[kLoops], b_extent[kLoops], b_stride[kLoops];
  for (int32_t d = 0; d < ER_MATMUL_BATCH_DIMS; d++) {
    a_extent[d] = b_extent[d] = s->batch[d];
    a_stride[d] = s->a_batch_stride[d];
    b_stride[d] = s->b_batch_stride[d];
  }
  a_extent[kLoops - 2] = s->rows;
  a_stride[kLoops - 2] = s->a_row_stride;
  b_extent[kLoops - 2] = s->cols;
  b_stride[kLoops - 2] = s->b_col_stride;
  a_extent[kLoops - 1] = b_extent[kLoops - 1] = s->depth;
  a_stride[kLoops - 1] = s->a_depth_stride;
  b_stride[kLoops - 1] = s->b_depth_stride;
  ER_REQUIRE(check_reach(o->in[0], a, a_extent, a_stride));
  ER_REQUIRE(check_reach(o->in[1], b, b_extent, b_stride));
  const int32_t out[] = {s->batch[0], s->batch[1], s->batch[2], s->batch[3], s->rows, s->cols};
  return er_check_tensor(o->out[0], y, er_product(out, 6), "output does not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_matmul_f32_params_t* p = (const er_matmul_f32_params_t*)o->params;
  return check_shape(&p->shape, o, ER_DTYPE_F32, ER_DTYPE_F32, ER_DTYPE_F32);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_matmul_s8_params_t* p = (const er_matmul_s8_params_t*)o->params;
  ER_REQUIRE(check_shape(&p->shape, o, ER_DTYPE_S8, ER_DTYPE_S8, ER_DTYPE_S8));
  ER_REQUIRE(er_check_offset(p->a_offset));
  ER_REQUIRE(er_check_offset(p->b_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_matmul_s16_params_t* p = (const er_matmul_s16_params_t*)o->params;
  return check_shape(&p->shape, o, ER_DTYPE_S16, ER_DTYPE_S16, ER_DTYPE_S16);
}

static const char* check_zero_point(int32_t offset, int32_t is_unsigned) {
  const int32_t low = is_unsigned ? -255 : -127;
  const int32_t high = is_unsigned ? 0 : 128;
  return offset >= low && offset <= high ? NULL : "a zero point is out of range";
}

static const char* validate_s32(const er_kernel_operands_t* o) {
  const er_matmul_s32_params_t* p = (const er_matmul_s32_params_t*)o->params;
  ER_REQUIRE(check_zero_point(p->a_offset, p->a_unsigned));
  ER_REQUIRE(check_zero_point(p->b_offset, p->b_unsigned));
  return check_shape(&p->shape, o, p->a_unsigned ? ER_DTYPE_U8 : ER_DTYPE_S8,
                     p->b_unsigned ? ER_DTYPE_U8 : ER_DTYPE_S8, ER_DTYPE_S32);
}

extern const er_kernel_traits_t er_matmul_f32_traits;
const er_kernel_traits_t er_matmul_f32_traits = {sizeof(er_matmul_f32_params_t), validate_f32,
                                                 NULL};
extern const er_kernel_traits_t er_matmul_s8_traits;
const er_kernel_traits_t er_matmul_s8_traits = {sizeof(er_matmul_s8_params_t), validate_s8, NULL};
extern const er_kernel_traits_t er_matmul_s16_traits;
const er_kernel_traits_t er_matmul_s16_traits = {sizeof(er_matmul_s16_params_t), validate_s16,
                                                 NULL};
extern const er_kernel_traits_t er_matmul_s32_traits;
const er_kernel_traits_t er_matmul_s32_traits = {sizeof(er_matmul_s32_params_t), validate_s32,
                                                 NULL};
