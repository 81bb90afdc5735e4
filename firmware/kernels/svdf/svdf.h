// TFLite's SVDF: a layer of filters of low rank over the last `memory` inputs, which its state
// keeps as products with feature weights.
//
// in   x[batch,inputs], wf[filters,inputs] (features), wt[filters,memory] (time), bias[units] or
//      absent, state[batch,filters,memory]; filters = units * rank, a unit's filters in a row
// out  y[batch,units], the next state, which may lie where the state lies
// s8: x, wf, y are int8, wt and the state int16, bias int32; TFLite's integer reference kernel.
#ifndef FIRMWARE_KERNELS_SVDF_SVDF_H_
#define FIRMWARE_KERNELS_SVDF_SVDF_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t batch, inputs, units, rank, memory;
} er_svdf_shape_t;

typedef struct {
  er_svdf_shape_t shape;
  float act_min, act_max;
} er_svdf_f32_params_t;

typedef struct {
  er_svdf_shape_t shape;
  int32_t input_offset;  // -input zero point
  int32_t state_multiplier, state_shift;
  int32_t output_multiplier, output_shift;
  int32_t output_offset;  // output zero point
  int32_t act_min, act_max;
} er_svdf_s8_params_t;

void er_svdf_f32_ref(const er_kernel_call_t* call);
void er_svdf_s8_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_SVDF_SVDF_H_
