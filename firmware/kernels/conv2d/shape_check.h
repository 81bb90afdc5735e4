// The check of er_conv2d_shape_t that convolution and depthwise convolution share.
#ifndef FIRMWARE_KERNELS_CONV2D_SHAPE_CHECK_H_
#define FIRMWARE_KERNELS_CONV2D_SHAPE_CHECK_H_

#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/conv2d/conv2d.h"

#ifdef __cplusplus
extern "C" {
#endif

// Bounds the shape and compares input (operand 0) and output with it. NULL or what is wrong.
const char* er_check_conv2d_shape(const er_conv2d_shape_t* s, const er_kernel_operands_t* o,
                                  er_dtype_t dtype);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV2D_SHAPE_CHECK_H_
