#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/fully_connected/fully_connected.h"

static const char* check_matrix(int32_t rows, int32_t in_features, int32_t out_features,
                                const er_kernel_operands_t* o, er_dtype_t dtype,
                                er_dtype_t weights_dtype) {
  const int32_t extents[] = {rows, in_features, out_features};
  ER_REQUIRE(er_check_extents(extents, 3));
  const uint64_t n = (uint64_t)rows, in = (uint64_t)in_features, out = (uint64_t)out_features;
  ER_REQUIRE(er_check_tensor(o->in[0], dtype, n * in, "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], weights_dtype, out * in, "weights do not fit params"));
  return er_check_tensor(o->out[0], dtype, n * out, "output does not fit params");
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_fully_connected_s8_params_t* p = (const er_fully_connected_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_matrix(p->rows, p->in_features, p->out_features, o, ER_DTYPE_S8, ER_DTYPE_S8));
  ER_REQUIRE(er_check_channels_s8(o, p->out_features));
  ER_REQUIRE(er_check_offset(p->input_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

static const char* validate_s16(const er_kernel_operands_t* o) {
  const er_fully_connected_s16_params_t* p = (const er_fully_connected_s16_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_matrix(p->rows, p->in_features, p->out_features, o, ER_DTYPE_S16, ER_DTYPE_S8));
  return er_check_channel_sum_s16(&p->sum, o, p->out_features);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_fully_connected_f32_params_t* p = (const er_fully_connected_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(check_matrix(p->rows, p->in_features, p->out_features, o, ER_DTYPE_F32, ER_DTYPE_F32));
  if (!o->in[2]) return NULL;
  return er_check_tensor(o->in[2], ER_DTYPE_F32, (uint64_t)p->out_features,
                         "bias does not fit params");
}

static const char* validate_h8(const er_kernel_operands_t* o) {
  const er_fully_connected_h8_params_t* p = (const er_fully_connected_h8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 4, 1));
  ER_REQUIRE(check_matrix(p->rows, p->in_features, p->out_features, o, ER_DTYPE_F32, ER_DTYPE_S8));
  return er_check_channels_h8(o, p->out_features);
}

static const char* validate_cb(const er_kernel_operands_t* o) {
  const er_fully_connected_cb_params_t* p = (const er_fully_connected_cb_params_t*)o->params;
  const int32_t extents[] = {p->rows, p->in_features, p->out_features};
  ER_REQUIRE(er_check_counts(o, 4, 1));
  ER_REQUIRE(er_check_extents(extents, 3));
  if (p->bits != 4 && p->bits != 8) return "codes have 4 or 8 bits";
  const int32_t x[] = {p->rows, p->in_features}, y[] = {p->rows, p->out_features};
  const int32_t codes[] = {p->out_features, er_codebook_row_bytes(p->in_features, p->bits)};
  ER_REQUIRE(
      er_check_tensor(o->in[0], ER_DTYPE_F32, er_product(x, 2), "input does not fit params"));
  ER_REQUIRE(
      er_check_tensor(o->in[1], ER_DTYPE_U8, er_product(codes, 2), "codes do not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[3], ER_DTYPE_F32, 1ull << p->bits, "book does not fit params"));
  if (o->in[2]) {
    ER_REQUIRE(er_check_tensor(o->in[2], ER_DTYPE_F32, (uint64_t)p->out_features,
                               "bias does not fit params"));
  }
  return er_check_tensor(o->out[0], ER_DTYPE_F32, er_product(y, 2), "output does not fit params");
}

static uint32_t scratch_s8(er_kernel_run_t* run, const void* params) {
  const er_fully_connected_s8_params_t* p = (const er_fully_connected_s8_params_t*)params;
  if (run == er_fully_connected_s8_armv7em) return er_fully_connected_s8_armv7em_scratch_bytes(p);
  if (run == er_fully_connected_s8_mve) return er_fully_connected_s8_mve_scratch_bytes(p);
  return 0;
}

static uint32_t scratch_h8(er_kernel_run_t* run, const void* params) {
  const er_fully_connected_h8_params_t* p = (const er_fully_connected_h8_params_t*)params;
  return run == er_fully_connected_h8_armv7em ? er_fully_connected_h8_armv7em_scratch_bytes(p)
                                              : er_fully_connected_h8_ref_scratch_bytes(p);
}

extern const er_kernel_traits_t er_fully_connected_s8_traits;
const er_kernel_traits_t er_fully_connected_s8_traits = {sizeof(er_fully_connected_s8_params_t),
                                                         validate_s8, scratch_s8};
extern const er_kernel_traits_t er_fully_connected_s16_traits;
const er_kernel_traits_t er_fully_connected_s16_traits = {sizeof(er_fully_connected_s16_params_t),
                                                          validate_s16, NULL};
extern const er_kernel_traits_t er_fully_connected_f32_traits;
const er_kernel_traits_t er_fully_connected_f32_traits = {sizeof(er_fully_connected_f32_params_t),
                                                          validate_f32, NULL};
extern const er_kernel_traits_t er_fully_connected_h8_traits;
const er_kernel_traits_t er_fully_connected_h8_traits = {sizeof(er_fully_connected_h8_params_t),
                                                         validate_h8, scratch_h8};
extern const er_kernel_traits_t er_fully_connected_cb_traits;
const er_kernel_traits_t er_fully_connected_cb_traits = {sizeof(er_fully_connected_cb_params_t),
                                                         validate_cb, NULL};
