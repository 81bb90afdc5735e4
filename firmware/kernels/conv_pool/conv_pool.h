// A convolution and the pooling of its output as one layer: the output is made a few rows at a
// time, of a band of the convolution's rows that lies in scratch memory. Bit for bit what the two
// kernels give one after the other; rows that two bands share are kept, none is computed twice.
//
// Operands as in conv2d.h, but out is the pooling's output; batch is 1.
//
// Order: for rows r, r + band_rows, … of the output, the convolution reads what it needs for the
// rows of the band that are new, then the pooling writes band_rows rows of the output.
#ifndef FIRMWARE_KERNELS_CONV_POOL_CONV_POOL_H_
#define FIRMWARE_KERNELS_CONV_POOL_CONV_POOL_H_

#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/pool2d/pool2d.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t average;    // 0: maximum, else: average
  int32_t band_rows;  // rows of the output made at a time; at least 1
} er_conv_pool_bands_t;

typedef struct {
  er_conv2d_s8_params_t conv;
  er_pool2d_s8_params_t pool;
  er_conv_pool_bands_t bands;
} er_conv_pool_s8_params_t;

typedef struct {
  er_conv2d_f32_params_t conv;
  er_pool2d_f32_params_t pool;
  er_conv_pool_bands_t bands;
} er_conv_pool_f32_params_t;

void er_conv_pool_s8_ref(const er_kernel_call_t* call);
void er_conv_pool_s8_armv7em_pairs(const er_kernel_call_t* call);
void er_conv_pool_s8_mve(const er_kernel_call_t* call);
void er_conv_pool_f32_ref(const er_kernel_call_t* call);
void er_conv_pool_f32_mve(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV_POOL_CONV_POOL_H_
