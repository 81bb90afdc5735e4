// Recurrent layers over a sequence, as ONNX defines LSTM, GRU and RNN.
//
// in   x[steps,batch,inputs], w[directions,gates*hidden,inputs], r[directions,gates*hidden,hidden],
//      b[directions,2*gates*hidden] (of w, then of r), lengths[batch] (int32), initial_h and
//      initial_c[directions,batch,hidden], p[directions,3*hidden] (peepholes of i, o, f). b,
//      lengths, initial_h, initial_c and p may be absent; gru and rnn end with initial_h.
// out  y[steps,directions,batch,hidden], last_h and last_c[directions,batch,hidden]; each may be
//      absent; gru and rnn end with last_h. last_h may lie where initial_h lies, last_c where
//      initial_c lies; no other operands may share memory.
// batch_major: x[batch,steps,inputs], y[batch,steps,directions,hidden], the states
//      [batch,directions,hidden].
//
// Gates in the order of the rows: lstm i o f c, gru z r h, rnn one. The weights are read once per
// step, whatever the batch. A step beyond a sample's length leaves its state and writes zeros to y.
#ifndef FIRMWARE_KERNELS_RECURRENT_RECURRENT_H_
#define FIRMWARE_KERNELS_RECURRENT_RECURRENT_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

// An activation is a function of `unary` or one of these.
typedef enum {
  ER_RECURRENT_AFFINE = 0x100,       // alpha x + beta
  ER_RECURRENT_SCALED_TANH = 0x101,  // alpha tanh(beta x)
} er_recurrent_function_t;

typedef struct {
  int32_t function;
  float alpha, beta;
} er_recurrent_activation_t;

typedef enum {
  ER_COUPLING_NONE = 0,
  ER_COUPLING_FORGET = 1,  // f = 1 - i, as ONNX's input_forget
  ER_COUPLING_INPUT = 2,   // i = 1 - f, as TFLite's CIFG
} er_recurrent_coupling_t;

typedef struct {
  int32_t steps, batch, inputs, hidden;
  int32_t directions;   // 2: the second one runs backward
  int32_t backward;     // 1: a single direction runs from the last step to the first
  int32_t batch_major;  // 0 or 1
  int32_t coupling;     // lstm: er_recurrent_coupling_t
  int32_t reset_after;  // gru: the reset gate acts on the product with r (linear_before_reset)
  int32_t
      kept_states;  // how many of last_h and last_c are absent and so are kept in scratch memory
  float clip;       // bound of what enters an activation of a gate; 0: none
  float cell_clip;  // bound of lstm's cell; 0: none
  // Per direction. lstm: f (i, o, f), g (c), h (the output); gru: f (z, r), g (h); rnn: f.
  er_recurrent_activation_t activations[2][3];
} er_recurrent_f32_params_t;

// Calls the activation on one number.
float er_recurrent_activate(const er_recurrent_activation_t* activation, float x);

// Floats of scratch memory: the gates of one step and the states that no output keeps.
uint32_t er_recurrent_scratch_floats(const er_recurrent_f32_params_t* params, int32_t gate_slots);

enum { ER_RNN_GATE_SLOTS = 1, ER_GRU_GATE_SLOTS = 4, ER_LSTM_GATE_SLOTS = 4 };

void er_rnn_f32_ref(const er_kernel_call_t* call);
void er_gru_f32_ref(const er_kernel_call_t* call);
void er_lstm_f32_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_RECURRENT_RECURRENT_H_
