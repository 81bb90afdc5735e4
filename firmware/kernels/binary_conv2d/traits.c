#include "firmware/kernels/binary_conv2d/binary_conv2d.h"
#include "firmware/kernels/common/operand_check.h"

static const char* check_shape(const er_conv2d_shape_t* s) {
  const int32_t extents[] = {s->batch,    s->in_h,       s->in_w,      s->in_c,     s->out_h,
                             s->out_w,    s->out_c,      s->kernel_h,  s->kernel_w, s->stride_h,
                             s->stride_w, s->dilation_h, s->dilation_w};
  ER_REQUIRE(er_check_extents(extents, sizeof extents / sizeof extents[0]));
  ER_REQUIRE(er_check_reach(s->out_h, s->stride_h, s->kernel_h, s->dilation_h, s->pad_top));
  return er_check_reach(s->out_w, s->stride_w, s->kernel_w, s->dilation_w, s->pad_left);
}

// What y is, and thresholds where it is bits.
static const char* check_output(const er_conv2d_shape_t* s, const er_kernel_operands_t* o) {
  const int32_t out[] = {s->batch, s->out_h, s->out_w, s->out_c};
  if (!o->in[2] && !o->in[3]) {
    return er_check_tensor(o->out[0], ER_DTYPE_F32, er_product(out, 4),
                           "output does not fit params");
  }
  ER_REQUIRE(
      er_check_tensor(o->in[2], ER_DTYPE_S32, (uint64_t)s->out_c, "thresholds do not fit params"));
  ER_REQUIRE(er_check_bits(o->in[3], 1, s->out_c, "flips do not fit params"));
  return er_check_bits(o->out[0], er_product(out, 3), s->out_c, "output does not fit params");
}

static const char* validate(const er_kernel_operands_t* o, int depthwise) {
  const er_binary_conv2d_params_t* p = (const er_binary_conv2d_params_t*)o->params;
  const er_conv2d_shape_t* s = &p->shape;
  ER_REQUIRE(er_check_counts(o, 4, 1));
  ER_REQUIRE(check_shape(s));
  if ((p->low != -1 && p->low != 0) || p->outside < p->low || p->outside > 1) {
    return "the values of bits in the params are none";
  }
  const int32_t in[] = {s->batch, s->in_h, s->in_w};
  const int32_t window[] = {s->kernel_h, s->kernel_w, s->in_c};
  const uint64_t products = er_product(window, 3);
  if (products >= (1u << 28)) return "a window in the params is too large";
  ER_REQUIRE(er_check_bits(o->in[0], er_product(in, 3), s->in_c, "input does not fit params"));
  if (depthwise) {
    if (s->out_c != s->in_c) return "output channels in the params are not the input's";
    ER_REQUIRE(
        er_check_bits(o->in[1], er_product(window, 2), s->in_c, "weights do not fit params"));
  } else {
    ER_REQUIRE(er_check_bits(o->in[1], (uint64_t)s->out_c, (int32_t)products,
                             "weights do not fit params"));
  }
  return check_output(s, o);
}

static const char* validate_full(const er_kernel_operands_t* o) { return validate(o, 0); }
static const char* validate_depthwise(const er_kernel_operands_t* o) { return validate(o, 1); }

static uint32_t scratch(er_kernel_run_t* run, const void* params) {
  if (run != er_binary_conv2d_s1_armv7em) return 0;
  return er_binary_conv2d_s1_armv7em_scratch_bytes((const er_binary_conv2d_params_t*)params);
}

extern const er_kernel_traits_t er_binary_conv2d_s1_traits;
const er_kernel_traits_t er_binary_conv2d_s1_traits = {sizeof(er_binary_conv2d_params_t),
                                                       validate_full, scratch};
extern const er_kernel_traits_t er_binary_depthwise_conv2d_s1_traits;
const er_kernel_traits_t er_binary_depthwise_conv2d_s1_traits = {sizeof(er_binary_conv2d_params_t),
                                                                 validate_depthwise, NULL};
