// What conv_pool and depthwise_pool ask of their params and operands.
#ifndef FIRMWARE_KERNELS_CONV_POOL_BANDS_CHECK_H_
#define FIRMWARE_KERNELS_CONV_POOL_BANDS_CHECK_H_

#include "firmware/kernels/conv_pool/conv_pool.h"
#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// `conv` and `pool` are the first members of the params of the two kernels within; `convolution`:
// the traits of the first.
const char* er_check_conv_pool(const er_kernel_operands_t* o, er_dtype_t dtype,
                               const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                               const er_conv_pool_bands_t* bands,
                               const er_kernel_traits_t* convolution);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV_POOL_BANDS_CHECK_H_
