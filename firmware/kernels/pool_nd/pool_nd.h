// Pooling over up to three directions, with dilation; NDHWC (images: depth 1). What max_pool2d and
// avg_pool2d do, they do faster. One input, one output.
//
// Taps outside of the input never count, but for an average with count_padding: there, taps inside
// the padding count as zeros. s8 averages round half away from zero, as TensorFlow Lite does.
#ifndef FIRMWARE_KERNELS_POOL_ND_POOL_ND_H_
#define FIRMWARE_KERNELS_POOL_ND_POOL_ND_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_POOL_ND_DIRECTIONS 3  // depth, height, width

typedef enum {
  ER_POOL_MAX = 0,
  ER_POOL_AVERAGE = 1,
  ER_POOL_L1 = 2,                // sum |x|; these: f32 only
  ER_POOL_L2 = 3,                // sqrt(sum x^2)
  ER_POOL_ROOT_MEAN_SQUARE = 4,  // sqrt(sum x^2 / taps)
} er_pool_nd_kind_t;

typedef struct {
  int32_t batch, channels;
  int32_t kind;  // er_pool_nd_kind_t
  int32_t count_padding;
  int32_t in[ER_POOL_ND_DIRECTIONS], out[ER_POOL_ND_DIRECTIONS];
  int32_t kernel[ER_POOL_ND_DIRECTIONS];
  int32_t stride[ER_POOL_ND_DIRECTIONS];
  int32_t dilation[ER_POOL_ND_DIRECTIONS];
  int32_t before[ER_POOL_ND_DIRECTIONS], after[ER_POOL_ND_DIRECTIONS];  // padding
} er_pool_nd_shape_t;

typedef struct {
  er_pool_nd_shape_t shape;
  int32_t zero_point;  // what a counted zero is
  int32_t act_min, act_max;
} er_pool_nd_s8_params_t;

typedef struct {
  er_pool_nd_shape_t shape;
  float act_min, act_max;
} er_pool_nd_f32_params_t;

void er_pool_nd_s8_ref(const er_kernel_call_t* call);
void er_pool_nd_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_POOL_ND_POOL_ND_H_
