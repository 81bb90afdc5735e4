// How conv_pool's bands follow each other, whatever the element type and the kernels within.
#ifndef FIRMWARE_KERNELS_CONV_POOL_BANDS_H_
#define FIRMWARE_KERNELS_CONV_POOL_BANDS_H_

#include "firmware/kernels/conv_pool/conv_pool.h"

#ifdef __cplusplus
extern "C" {
#endif

// The rows of one band: [first, end) of the convolution's output make `rows` rows of the pooling's,
// from `row` on.
typedef struct {
  int32_t row, rows;
  int32_t first, end;
} er_band_t;

er_band_t er_conv_pool_band(const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                            int32_t band_rows, int32_t row);

// The convolution's bytes that a band holds, filled up to 16.
uint32_t er_conv_pool_band_bytes(const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                                 int32_t band_rows, int32_t element_bytes);

// The kernels within, with params of their own: the caller's copies, of whose shapes `conv` and
// `pool` this makes those of each band.
typedef struct {
  er_kernel_run_t* convolve;
  er_kernel_run_t* pool_band;
  const void* conv_params;
  const void* pool_params;
  er_conv2d_shape_t* conv;
  er_pool2d_shape_t* pool;
  int32_t band_rows, element_bytes;
} er_conv_pool_stages_t;

void er_conv_pool_run(const er_kernel_call_t* call, const er_conv_pool_stages_t* stages);

// The pooling of floats that the bands ask for.
er_kernel_run_t* er_conv_pool_f32_pool(const er_conv_pool_bands_t* bands);

// conv_pool of int8 and of floats by these kernels; `pools`: of the maximum and of the average.
void er_conv_pool_s8_by(const er_kernel_call_t* call, er_kernel_run_t* convolve,
                        er_kernel_run_t* const pools[2]);
void er_conv_pool_f32_by(const er_kernel_call_t* call, er_kernel_run_t* convolve);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV_POOL_BANDS_H_
