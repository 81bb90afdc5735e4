// The windows of a few output pixels at a time, gathered and widened to int16 for products with
// int8 weights (common/dot_s8.h): column i of a block holds pixel i's window.
#ifndef FIRMWARE_KERNELS_CONV2D_COLUMNS_H_
#define FIRMWARE_KERNELS_CONV2D_COLUMNS_H_

#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/conv2d/conv2d.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const er_conv2d_shape_t* shape;
  er_packed_t offset;  // the input offset in both lanes
  int8_t zero;         // what stands for real zero in the input
  int32_t width;       // columns of a block
  uint32_t* words;     // of the block; its groups are as er_widen_bytes writes them
  int8_t* gathered;    // one window as bytes, where it cannot be widened in place
  int pointwise;       // windows are the pixels of the input, in order
  // Where the next window lies: the image, the place of its first tap, the output pixel.
  const int8_t* image;
  int32_t y, x;
  int32_t oy, ox;
} er_columns_t;

static inline int32_t er_window_bytes(const er_conv2d_shape_t* s) {
  return s->kernel_h * s->kernel_w * s->in_c;
}

// Of a block of `width` columns and what gathering needs.
uint32_t er_columns_scratch_bytes(const er_conv2d_shape_t* s, uint32_t width);

// Begins at the first output pixel of the batch; `scratch` has er_columns_scratch_bytes.
er_columns_t er_columns_begin(const er_conv2d_s8_params_t* p, const int8_t* input, int32_t width,
                              void* scratch);

// Writes the window of the next output pixel into `column`.
void er_columns_fill(er_columns_t* c, int32_t column);

// Writes zeros into `column`.
void er_columns_clear(const er_columns_t* c, int32_t column);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONV2D_COLUMNS_H_
