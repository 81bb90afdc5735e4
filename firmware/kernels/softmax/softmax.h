// Softmax over the last dimension; one input x[rows,depth], one output of the same shape.
// s8 is TFLite's fixed-point reference: output scale 1/256, zero point -128; input_multiplier and
// input_left_shift fold beta * input scale into Q5.26, rows below diff_min contribute nothing.
// s16 is TFLite's too: exp and 1 / (1 + x) by tables, operands 1 and 2 (common/table_s16.h). Entry
// i of the first is exp(10 (i / 512 - 1)), of the second 1 / (1 + i / 512), both times 2^15; output
// scale 1/32768, zero points 0.
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
  int32_t input_multiplier, input_shift;  // differences of 65535 are 10
} er_softmax_s16_params_t;

typedef struct {
  int32_t rows, depth;
  float beta;
} er_softmax_f32_params_t;

// One line of `depth` elements, `step` apart; rows and depth of the params are not used.
void er_softmax_line_s8(const er_softmax_s8_params_t* p, int32_t depth, int32_t step,
                        const int8_t* in, int8_t* out);

void er_softmax_s8_ref(const er_kernel_call_t* call);
void er_softmax_s16_ref(const er_kernel_call_t* call);
void er_softmax_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_SOFTMAX_SOFTMAX_H_
