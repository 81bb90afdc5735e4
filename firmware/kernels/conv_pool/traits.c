#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv_pool/bands.h"
#include "firmware/kernels/conv_pool/bands_check.h"

extern const er_kernel_traits_t er_conv2d_s8_traits, er_conv2d_f32_traits;

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_conv_pool_s8_params_t* p = (const er_conv_pool_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  return er_check_conv_pool(o, ER_DTYPE_S8, &p->conv.shape, &p->pool.shape, &p->bands,
                            &er_conv2d_s8_traits);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_conv_pool_f32_params_t* p = (const er_conv_pool_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  return er_check_conv_pool(o, ER_DTYPE_F32, &p->conv.shape, &p->pool.shape, &p->bands,
                            &er_conv2d_f32_traits);
}

static uint32_t scratch_s8(er_kernel_run_t* run, const void* params) {
  const er_conv_pool_s8_params_t* p = (const er_conv_pool_s8_params_t*)params;
  er_kernel_run_t* convolve = er_conv2d_s8_ref;
  if (run == er_conv_pool_s8_armv7em_pairs) convolve = er_conv2d_s8_armv7em_pairs;
  if (run == er_conv_pool_s8_mve) convolve = er_conv2d_s8_mve;
  return er_conv_pool_band_bytes(&p->conv.shape, &p->pool.shape, p->bands.band_rows, 1) +
         er_conv2d_s8_traits.scratch_bytes(convolve, &p->conv);
}

static uint32_t scratch_f32(er_kernel_run_t* run, const void* params) {
  const er_conv_pool_f32_params_t* p = (const er_conv_pool_f32_params_t*)params;
  (void)run;  // no kernel for floats wants any of its own
  return er_conv_pool_band_bytes(&p->conv.shape, &p->pool.shape, p->bands.band_rows, sizeof(float));
}

extern const er_kernel_traits_t er_conv_pool_s8_traits;
const er_kernel_traits_t er_conv_pool_s8_traits = {sizeof(er_conv_pool_s8_params_t), validate_s8,
                                                   scratch_s8};
extern const er_kernel_traits_t er_conv_pool_f32_traits;
const er_kernel_traits_t er_conv_pool_f32_traits = {sizeof(er_conv_pool_f32_params_t), validate_f32,
                                                    scratch_f32};
