#include "firmware/kernels/conv_pool/bands.h"

#include <string.h>

#include "firmware/kernels/common/fixed_point.h"

er_band_t er_conv_pool_band(const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                            int32_t band_rows, int32_t row) {
  er_band_t band;
  band.row = row;
  band.rows = pool->out_h - row < band_rows ? pool->out_h - row : band_rows;
  const int32_t y = row * pool->stride_h - pool->pad_top;
  band.first = er_clamp(y, 0, conv->out_h);
  band.end =
      er_clamp(y + (band.rows - 1) * pool->stride_h + pool->kernel_h, band.first, conv->out_h);
  return band;
}

uint32_t er_conv_pool_band_bytes(const er_conv2d_shape_t* conv, const er_pool2d_shape_t* pool,
                                 int32_t band_rows, int32_t element_bytes) {
  const int32_t most = band_rows < pool->out_h ? band_rows : pool->out_h;
  const int64_t rows = (int64_t)(most - 1) * pool->stride_h + pool->kernel_h;
  const int32_t held = rows < conv->out_h ? (int32_t)rows : conv->out_h;
  // All of the convolution's output has less than 2^28 elements.
  return ((uint32_t)(held * conv->out_w * conv->out_c * element_bytes) + 15u) / 16u * 16u;
}

// The shape of rows [from, end) of the convolution `whole`; returns the first input row they read.
static int32_t cut(const er_conv2d_shape_t* whole, int32_t from, int32_t end,
                   er_conv2d_shape_t* part) {
  const int32_t top = from * whole->stride_h - whole->pad_top;
  const int32_t row = top > 0 ? top : 0;
  part->pad_top = row - top;
  part->out_h = end - from;
  // No more rows than they read: kernels tell a pointwise convolution by equal heights.
  const int32_t reach = (part->out_h - 1) * whole->stride_h +
                        (whole->kernel_h - 1) * whole->dilation_h + 1 - part->pad_top;
  part->in_h = whole->in_h - row < reach ? whole->in_h - row : reach;
  return row;
}

void er_conv_pool_run(const er_kernel_call_t* call, const er_conv_pool_stages_t* stages) {
  const er_conv2d_shape_t conv = *stages->conv;
  const er_pool2d_shape_t pool = *stages->pool;
  const int32_t in_row = conv.in_w * conv.in_c * stages->element_bytes;
  const int32_t held_row = conv.out_w * conv.out_c * stages->element_bytes;
  const int32_t out_row = pool.out_w * pool.channels * stages->element_bytes;
  uint8_t* const held = (uint8_t*)call->scratch;
  er_kernel_call_t convolve = *call, pool_band = *call;
  convolve.params = stages->conv_params;
  convolve.scratch =
      held + er_conv_pool_band_bytes(&conv, &pool, stages->band_rows, stages->element_bytes);
  pool_band.params = stages->pool_params;
  pool_band.in[0] = held;
  er_band_t last = {0, 0, 0, 0};
  for (int32_t row = 0; row < pool.out_h; row += stages->band_rows) {
    const er_band_t band = er_conv_pool_band(&conv, &pool, stages->band_rows, row);
    int32_t from = band.first;
    if (from < last.end) {
      memmove(held, held + (from - last.first) * held_row, (size_t)((last.end - from) * held_row));
      from = last.end;
    }
    if (from < band.end) {
      const int32_t in = cut(&conv, from, band.end, stages->conv);
      convolve.in[0] = (const uint8_t*)call->in[0] + in * in_row;
      convolve.out[0] = held + (from - band.first) * held_row;
      stages->convolve(&convolve);
    }
    stages->pool->in_h = band.end - band.first;
    stages->pool->out_h = band.rows;
    stages->pool->pad_top = band.first - (row * pool.stride_h - pool.pad_top);
    pool_band.out[0] = (uint8_t*)call->out[0] + row * out_row;
    stages->pool_band(&pool_band);
    last = band;
  }
}

er_kernel_run_t* er_conv_pool_f32_pool(const er_conv_pool_bands_t* bands) {
  return bands->average ? er_avg_pool2d_f32_ref : er_max_pool2d_f32_ref;
}

void er_conv_pool_s8_by(const er_kernel_call_t* call, er_kernel_run_t* convolve,
                        er_kernel_run_t* const pools[2]) {
  er_conv_pool_s8_params_t p = *(const er_conv_pool_s8_params_t*)call->params;
  const er_conv_pool_stages_t stages = {
      convolve,      pools[p.bands.average != 0], &p.conv, &p.pool, &p.conv.shape,
      &p.pool.shape, p.bands.band_rows,           1};
  er_conv_pool_run(call, &stages);
}

void er_conv_pool_f32_by(const er_kernel_call_t* call, er_kernel_run_t* convolve) {
  er_conv_pool_f32_params_t p = *(const er_conv_pool_f32_params_t*)call->params;
  const er_conv_pool_stages_t stages = {convolve,          er_conv_pool_f32_pool(&p.bands),
                                        &p.conv,           &p.pool,
                                        &p.conv.shape,     &p.pool.shape,
                                        p.bands.band_rows, sizeof(float)};
  er_conv_pool_run(call, &stages);
}
