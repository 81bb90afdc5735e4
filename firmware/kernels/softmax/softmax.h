// Softmax over the last dimension; one input x[rows,depth], one output of the same shape.
// s8 is TFLite's fixed-point reference: output scale 1/256, zero point -128; input_multiplier and
// input_left_shift fold beta * input scale into Q5.26, rows below diff_min contribute nothing.
#ifndef FIRMWARE_KERNELS_SOFTMAX_SOFTMAX_H_
#define FIRMWARE_KERNELS_SOFTMAX_SOFTMAX_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, depth;
  int32_t input_multiplier;
  int32_t input_left_shift;
  int32_t diff_min;
} er_softmax_s8_params_t;

typedef struct {
  int32_t rows, depth;
  float beta;
} er_softmax_f32_params_t;

// One line of `depth` elements, `step` apart; rows and depth of the params are not used.
void er_softmax_line_s8(const er_softmax_s8_params_t* p, int32_t depth, int32_t step,
                        const int8_t* in, int8_t* out);

void er_softmax_s8_ref(const er_kernel_call_t* call);
void er_softmax_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_SOFTMAX_SOFTMAX_H_
