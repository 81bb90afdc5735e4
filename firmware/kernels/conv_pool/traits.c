#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv_pool/bands.h"

extern const er_kernel_traits_t er_conv2d_s8_traits, er_conv2d_f32_traits;
extern const er_kernel_traits_t er_max_pool2d_s8_traits, er_max_pool2d_f32_traits;

// What is left of a convolution's rows must still be one: each reads some row of the input.
static const char* check_bands(const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                               const er_conv_pool_bands_t* bands) {
  ER_REQUIRE(er_check_extents(&bands->band_rows, 1));
  if (conv->batch != 1) return "bands are rows of one image";
  if ((conv->out_h - 1) * conv->stride_h - conv->pad_top >= conv->in_h ||
      conv->pad_top >= (conv->kernel_h - 1) * conv->dilation_h + 1) {
    return "a row of the convolution lies outside of its input";
  }
  if (pool->in_h != conv->out_h || pool->in_w != conv->out_w || pool->channels != conv->out_c) {
    return "the pooling does not fit the convolution";
  }
  return NULL;
}

// The convolution with all of its output as a tensor, which is nowhere, and the pooling of it.
static const char* check_stages(const er_kernel_operands_t* o, const er_conv2d_shape_t* conv,
                                const void* pool_params, uint32_t element_bytes,
                                const er_kernel_traits_t* convolution,
                                const er_kernel_traits_t* pooling) {
  const int32_t dims[] = {conv->out_h, conv->out_w, conv->out_c};
  ER_REQUIRE(er_check_extents(dims, 3));
  const uint64_t elements = er_product(dims, 3);
  if (elements * element_bytes >= 1u << 28) return "the convolution's output is too large";
  er_package_tensor_t between = {0};
  between.dtype = (uint8_t)(element_bytes == 1 ? ER_DTYPE_S8 : ER_DTYPE_F32);
  between.place = ER_PLACE_ARENA;
  between.bytes = (uint32_t)elements * element_bytes;
  er_kernel_operands_t stage = *o;
  stage.params = conv;  // the first of the convolution's params
  stage.out[0] = &between;
  ER_REQUIRE(convolution->validate(&stage));
  stage.params = pool_params;
  stage.in[0] = &between;
  stage.in_count = 1;
  stage.out[0] = o->out[0];
  return pooling->validate(&stage);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_conv_pool_s8_params_t* p = (const er_conv_pool_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(check_stages(o, &p->conv.shape, &p->pool, 1, &er_conv2d_s8_traits,
                          &er_max_pool2d_s8_traits));
  return check_bands(&p->conv.shape, &p->pool.shape, &p->bands);
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const er_conv_pool_f32_params_t* p = (const er_conv_pool_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(check_stages(o, &p->conv.shape, &p->pool, sizeof(float), &er_conv2d_f32_traits,
                          &er_max_pool2d_f32_traits));
  return check_bands(&p->conv.shape, &p->pool.shape, &p->bands);
}

static uint32_t scratch_s8(er_kernel_run_t* run, const void* params) {
  const er_conv_pool_s8_params_t* p = (const er_conv_pool_s8_params_t*)params;
  er_kernel_run_t* convolve = er_conv2d_s8_ref;
  if (run == er_conv_pool_s8_armv7em_pairs) convolve = er_conv2d_s8_armv7em_pairs;
  if (run == er_conv_pool_s8_armv7em_pairs_wide) convolve = er_conv2d_s8_armv7em_pairs_wide;
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
const er_kernel_traits_t er_conv_pool_f32_traits = {sizeof(er_conv_pool_f32_params_t),
                                                    validate_f32, scratch_f32};
