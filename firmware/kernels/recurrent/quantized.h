// lstm with int8 activations and weights, int16 cell state: TFLite's integer LSTM, bit for bit.
//
// in   x[steps,batch,inputs] (s8), w[4*hidden,inputs] (s8), r[4*hidden,hidden] (s8), the biases of
// w
//      and of r[4*hidden] (s32, with the input's and the output's zero point worked in), initial_h
//      [batch,hidden] (s8) or absent, initial_c[batch,hidden] (s16) or absent
// out  y[steps,batch,hidden] (s8), last_h (s8), last_c (s16); each may be absent. last_h may lie
//      where initial_h lies, last_c where initial_c lies.
// Rows in the order of the gates i o f c. An absent initial_h is the output's zero point.
#ifndef FIRMWARE_KERNELS_RECURRENT_QUANTIZED_H_
#define FIRMWARE_KERNELS_RECURRENT_QUANTIZED_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t multiplier, shift;
} er_recurrent_scale_t;

typedef struct {
  int32_t steps, batch, inputs, hidden;
  int32_t batch_major;                    // x[batch,steps,inputs], y[batch,steps,hidden]
  int32_t coupled;                        // 1: i = 1 - f, whatever its rows of w and r
  int32_t kept_states;                    // how many of last_h and last_c are absent
  int32_t cell_integer_bits;              // of the cell state, 0 .. 5
  int32_t cell_clip;                      // bound of the cell; 0: none
  int32_t output_offset;                  // output zero point
  er_recurrent_scale_t of_w[4], of_r[4];  // to the gates' Q3.12
  er_recurrent_scale_t of_output;         // from Q0.30
} er_lstm_s8_params_t;

void er_lstm_s8_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_RECURRENT_QUANTIZED_H_
