#include "firmware/kernels/conv_pool/bands_check.h"

#include "firmware/kernels/common/operand_check.h"

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

const char* er_check_conv_pool(const er_kernel_operands_t* o, er_dtype_t dtype,
                               const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                               const er_conv_pool_bands_t* bands,
                               const er_kernel_traits_t* convolution) {
  const int32_t dims[] = {conv->out_h, conv->out_w, conv->out_c};
  ER_REQUIRE(er_check_extents(dims, 3));
  const uint64_t bytes = er_product(dims, 3) * (uint64_t)er_element_bytes(dtype);
  if (bytes >= 1u << 28) return "the convolution's output is too large";
  // All of what lies between the two, as a tensor, which is nowhere.
  er_package_tensor_t between = {0};
  between.dtype = (uint8_t)dtype;
  between.place = ER_PLACE_ARENA;
  between.bytes = (uint32_t)bytes;
  er_kernel_operands_t stage = *o;
  stage.params = conv;
  stage.out[0] = &between;
  ER_REQUIRE(convolution->validate(&stage));
  stage.params = pool;
  stage.in[0] = &between;
  stage.in_count = 1;
  stage.out[0] = o->out[0];
  const er_kernel_traits_t* pooling =
      dtype == ER_DTYPE_S8 ? &er_max_pool2d_s8_traits : &er_max_pool2d_f32_traits;
  ER_REQUIRE(pooling->validate(&stage));
  return check_bands(conv, pool, bands);
}
