#include "firmware/kernels/recurrent/quantized.h"

#include <string.h>

#include "firmware/kernels/common/fixed_math_s16.h"
#include "firmware/kernels/common/fixed_point.h"

enum { kGateIntegerBits = 3 };

static int32_t rescale(int32_t x, er_recurrent_scale_t scale) {
  return er_multiply_by_quantized_multiplier(x, scale.multiplier, scale.shift);
}

static int16_t saturate16(int32_t x) { return (int16_t)er_clamp(x, INT16_MIN, INT16_MAX); }

// gates[b][row] += rescaled(bias + matrix row * v[b]), saturating.
static void product(const er_lstm_s8_params_t* p, const int8_t* matrix, const int32_t* bias,
                    const er_recurrent_scale_t* scales, int32_t columns, const int8_t* v,
                    int32_t v_batch, int16_t* gates) {
  for (int32_t row = 0; row < 4 * p->hidden; row++, matrix += columns) {
    for (int32_t b = 0; b < p->batch; b++) {
      const int8_t* x = v + b * v_batch;
      int32_t acc = bias[row];
      for (int32_t i = 0; i < columns; i++) acc = er_wrap_add(acc, matrix[i] * x[i]);
      int16_t* gate = &gates[b * 4 * p->hidden + row];
      *gate = saturate16(er_wrap_add(rescale(acc, scales[row / p->hidden]), *gate));
    }
  }
}

// What the gates of one unit make of its cell; returns the output.
static int8_t update(const er_lstm_s8_params_t* p, const int16_t* g, int16_t* cell) {
  const int32_t hidden = p->hidden;
  const int32_t o = er_sigmoid_s16(g[hidden], kGateIntegerBits);
  const int32_t f = er_sigmoid_s16(g[2 * hidden], kGateIntegerBits);
  const int32_t i = p->coupled ? INT16_MAX - f : er_sigmoid_s16(g[0], kGateIntegerBits);
  const int32_t c = er_tanh_s16(g[3 * hidden], kGateIntegerBits);
  // Where a product does not fit int16 the original keeps its low bits.
  const int16_t kept = (int16_t)(uint16_t)(uint32_t)er_rounding_divide_by_pot(f * *cell, 15);
  const int16_t added =
      (int16_t)(uint16_t)(uint32_t)er_rounding_divide_by_pot(i * c, 15 + p->cell_integer_bits);
  *cell = saturate16(kept + added);
  if (p->cell_clip > 0) *cell = (int16_t)er_clamp(*cell, -p->cell_clip, p->cell_clip);
  const int32_t y = rescale(o * er_tanh_s16(*cell, p->cell_integer_bits), p->of_output);
  return (int8_t)er_clamp(er_wrap_add(y, p->output_offset), INT8_MIN, INT8_MAX);
}

static void* place_state(const void* initial, void* output, void* scratch, size_t bytes, int fill) {
  void* state = output ? output : scratch;
  if (!initial) {
    memset(state, fill, bytes);
  } else if (initial != state) {
    memmove(state, initial, bytes);
  }
  return state;
}

void er_lstm_s8_ref(const er_kernel_call_t* call) {
  const er_lstm_s8_params_t* p = (const er_lstm_s8_params_t*)call->params;
  const int32_t units = p->batch * p->hidden;
  int16_t* gates = (int16_t*)call->scratch;
  int16_t* kept_c = gates + 4 * units;
  void* kept_h = call->out[2] ? (void*)kept_c : (void*)(kept_c + units);
  int16_t* c =
      (int16_t*)place_state(call->in[6], call->out[2], kept_c, (size_t)units * sizeof(int16_t), 0);
  int8_t* h =
      (int8_t*)place_state(call->in[5], call->out[1], kept_h, (size_t)units, p->output_offset);
  const int32_t x_step = p->batch_major ? p->inputs : p->batch * p->inputs;
  const int32_t x_batch = p->batch_major ? p->steps * p->inputs : p->inputs;
  const int32_t y_step = p->batch_major ? p->hidden : units;
  const int32_t y_batch = p->batch_major ? p->steps * p->hidden : p->hidden;
  for (int32_t t = 0; t < p->steps; t++) {
    memset(gates, 0, (size_t)(4 * units) * sizeof *gates);
    product(p, (const int8_t*)call->in[1], (const int32_t*)call->in[3], p->of_w, p->inputs,
            (const int8_t*)call->in[0] + t * x_step, x_batch, gates);
    product(p, (const int8_t*)call->in[2], (const int32_t*)call->in[4], p->of_r, p->hidden, h,
            p->hidden, gates);
    for (int32_t b = 0; b < p->batch; b++) {
      for (int32_t j = 0; j < p->hidden; j++) {
        const int32_t unit = b * p->hidden + j;
        h[unit] = update(p, gates + b * 4 * p->hidden + j, &c[unit]);
        if (call->out[0]) ((int8_t*)call->out[0])[t * y_step + b * y_batch + j] = h[unit];
      }
    }
  }
}
