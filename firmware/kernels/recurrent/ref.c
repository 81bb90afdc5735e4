#include <string.h>

#include "firmware/kernels/common/dot_f32.h"
#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/recurrent/recurrent.h"
#include "firmware/kernels/unary/unary.h"

float er_recurrent_activate(const er_recurrent_activation_t* a, float x) {
  if (a->function == ER_RECURRENT_AFFINE) return a->alpha * x + a->beta;
  if (a->function == ER_RECURRENT_SCALED_TANH) return a->alpha * er_tanhf(a->beta * x);
  return er_unary_f32(a->function, x, a->alpha, a->beta);
}

// One direction of a layer; `h`, `c` and `gates` are where the state and a step's gates are kept.
typedef struct {
  const er_recurrent_f32_params_t* p;
  const er_recurrent_activation_t* act;
  const float *x, *w, *r, *wb, *rb, *peepholes;
  const int32_t* lengths;
  float *y, *h, *c, *gates;
  int32_t backward;
  int32_t x_step, x_batch, y_step, y_batch, state_batch, gates_batch;
} direction_t;

typedef void step_t(const direction_t* d, int32_t step);

// Which step of sample b is the `step`-th in the order of execution; -1 beyond its length.
static int32_t time_of(const direction_t* d, int32_t step, int32_t b) {
  int32_t length = d->p->steps;
  if (d->lengths && d->lengths[b] < length) length = d->lengths[b] < 0 ? 0 : d->lengths[b];
  if (step >= length) return -1;
  return d->backward ? length - 1 - step : step;
}

// gates[b][first + row] += matrix row * v[b] + bias[row], for every sample that has this step.
// v_step: 0, or how far apart the steps' vectors lie.
static void product(const direction_t* d, int32_t step, const float* matrix, const float* bias,
                    int32_t columns, const float* v, int32_t v_step, int32_t v_batch, int32_t first,
                    int32_t rows) {
  for (int32_t row = 0; row < rows; row++, matrix += columns) {
    for (int32_t b = 0; b < d->p->batch; b++) {
      const int32_t t = time_of(d, step, b);
      if (t < 0) continue;
      const float sum = er_dot_f32(matrix, v + t * v_step + b * v_batch, columns);
      d->gates[b * d->gates_batch + first + row] += bias ? sum + bias[row] : sum;
    }
  }
}

static void product_x(const direction_t* d, int32_t step, int32_t rows) {
  memset(d->gates, 0, (size_t)d->p->batch * (size_t)d->gates_batch * sizeof(float));
  product(d, step, d->w, d->wb, d->p->inputs, d->x, d->x_step, d->x_batch, 0, rows);
}

static float bound(float x, float limit) {
  if (limit == 0.0f) return x;
  return x < -limit ? -limit : (x > limit ? limit : x);
}

static float gate(const direction_t* d, int32_t activation, float x) {
  return er_recurrent_activate(&d->act[activation], bound(x, d->p->clip));
}

static void store_y(const direction_t* d, int32_t t, int32_t b, int32_t j, float value) {
  if (d->y) d->y[t * d->y_step + b * d->y_batch + j] = value;
}

static void rnn_step(const direction_t* d, int32_t step) {
  const int32_t hidden = d->p->hidden;
  product_x(d, step, hidden);
  product(d, step, d->r, d->rb, hidden, d->h, 0, d->state_batch, 0, hidden);
  for (int32_t b = 0; b < d->p->batch; b++) {
    const int32_t t = time_of(d, step, b);
    for (int32_t j = 0; t >= 0 && j < hidden; j++) {
      const float h = gate(d, 0, d->gates[b * d->gates_batch + j]);
      d->h[b * d->state_batch + j] = h;
      store_y(d, t, b, j, h);
    }
  }
}

static void gru_step(const direction_t* d, int32_t step) {
  const int32_t hidden = d->p->hidden;
  const float* r_h = d->r + 2 * hidden * hidden;
  const float* rb_h = d->rb ? d->rb + 2 * hidden : NULL;
  product_x(d, step, 3 * hidden);
  product(d, step, d->r, d->rb, hidden, d->h, 0, d->state_batch, 0, 2 * hidden);
  if (d->p->reset_after) {
    product(d, step, r_h, rb_h, hidden, d->h, 0, d->state_batch, 3 * hidden, hidden);
  }
  for (int32_t b = 0; b < d->p->batch; b++) {
    float* g = d->gates + b * d->gates_batch;
    for (int32_t j = 0; j < hidden; j++) {
      const float reset = gate(d, 0, g[hidden + j]);
      if (d->p->reset_after) {
        g[2 * hidden + j] += reset * g[3 * hidden + j];
      } else {
        g[3 * hidden + j] = reset * d->h[b * d->state_batch + j];
      }
    }
  }
  if (!d->p->reset_after) {
    product(d, step, r_h, rb_h, hidden, d->gates + 3 * hidden, 0, d->gates_batch, 2 * hidden,
            hidden);
  }
  for (int32_t b = 0; b < d->p->batch; b++) {
    const float* g = d->gates + b * d->gates_batch;
    const int32_t t = time_of(d, step, b);
    for (int32_t j = 0; t >= 0 && j < hidden; j++) {
      float* h = &d->h[b * d->state_batch + j];
      const float update = gate(d, 0, g[j]);
      *h = (1.0f - update) * gate(d, 1, g[2 * hidden + j]) + update * *h;
      store_y(d, t, b, j, *h);
    }
  }
}

static void lstm_step(const direction_t* d, int32_t step) {
  const int32_t hidden = d->p->hidden;
  product_x(d, step, 4 * hidden);
  product(d, step, d->r, d->rb, hidden, d->h, 0, d->state_batch, 0, 4 * hidden);
  for (int32_t b = 0; b < d->p->batch; b++) {
    const float* g = d->gates + b * d->gates_batch;
    const int32_t t = time_of(d, step, b);
    for (int32_t j = 0; t >= 0 && j < hidden; j++) {
      float* cell = &d->c[b * d->state_batch + j];
      float i = g[j], o = g[hidden + j], f = g[2 * hidden + j];
      if (d->peepholes) {
        i += d->peepholes[j] * *cell;
        f += d->peepholes[2 * hidden + j] * *cell;
      }
      i = gate(d, 0, i);
      f = gate(d, 0, f);
      if (d->p->coupling == ER_COUPLING_FORGET) f = 1.0f - i;
      if (d->p->coupling == ER_COUPLING_INPUT) i = 1.0f - f;
      *cell = bound(f * *cell + i * gate(d, 1, g[3 * hidden + j]), d->p->cell_clip);
      if (d->peepholes) o += d->peepholes[hidden + j] * *cell;
      const float h = gate(d, 0, o) * er_recurrent_activate(&d->act[2], *cell);
      d->h[b * d->state_batch + j] = h;
      store_y(d, t, b, j, h);
    }
  }
}

static void run_direction(const direction_t* d, step_t* run_step) {
  for (int32_t step = 0; step < d->p->steps; step++) {
    run_step(d, step);
    for (int32_t b = 0; d->y && b < d->p->batch; b++) {
      if (time_of(d, step, b) >= 0) continue;
      memset(d->y + step * d->y_step + b * d->y_batch, 0, (size_t)d->p->hidden * sizeof(float));
    }
  }
}

// Where the state is kept: in the output, or in scratch memory. `initial` may lie there already.
static float* place_state(const er_recurrent_f32_params_t* p, const void* initial, void* output,
                          float* scratch) {
  float* state = output ? (float*)output : scratch;
  const size_t bytes = (size_t)(p->directions * p->batch * p->hidden) * sizeof(float);
  if (!initial) {
    memset(state, 0, bytes);
  } else if (initial != state) {
    memmove(state, initial, bytes);
  }
  return state;
}

static const float* at_direction(const void* operand, int32_t direction, int32_t floats) {
  return operand ? (const float*)operand + direction * floats : NULL;
}

static void run_layer(const er_kernel_call_t* call, int32_t gate_count, int32_t gate_slots,
                      int has_cell, step_t* run_step) {
  const er_recurrent_f32_params_t* p = (const er_recurrent_f32_params_t*)call->params;
  const int32_t rows = gate_count * p->hidden;
  const int32_t state_floats = p->directions * p->batch * p->hidden;
  float* scratch = (float*)call->scratch;
  float* kept = scratch + p->batch * gate_slots * p->hidden;
  float* h = place_state(p, call->in[5], call->out[1], kept);
  if (!call->out[1]) kept += state_floats;
  float* c = has_cell ? place_state(p, call->in[6], call->out[2], kept) : NULL;
  const int32_t width = p->directions * p->hidden;
  for (int32_t i = 0; i < p->directions; i++) {
    const int32_t direction = p->batch_major ? p->hidden : p->batch * p->hidden;
    const float* b = at_direction(call->in[3], i, 2 * rows);
    const direction_t d = {
        .p = p,
        .act = p->activations[i],
        .x = (const float*)call->in[0],
        .w = at_direction(call->in[1], i, rows * p->inputs),
        .r = at_direction(call->in[2], i, rows * p->hidden),
        .wb = b,
        .rb = b ? b + rows : NULL,
        .peepholes = has_cell ? at_direction(call->in[7], i, 3 * p->hidden) : NULL,
        .lengths = (const int32_t*)call->in[4],
        .y = call->out[0] ? (float*)call->out[0] + i * direction : NULL,
        .h = h + i * direction,
        .c = c ? c + i * direction : NULL,
        .gates = scratch,
        .backward = i == 1 || p->backward,
        .x_step = p->batch_major ? p->inputs : p->batch * p->inputs,
        .x_batch = p->batch_major ? p->steps * p->inputs : p->inputs,
        .y_step = p->batch_major ? width : p->batch * width,
        .y_batch = p->batch_major ? p->steps * width : p->hidden,
        .state_batch = p->batch_major ? width : p->hidden,
        .gates_batch = gate_slots * p->hidden,
    };
    run_direction(&d, run_step);
  }
}

void er_rnn_f32_ref(const er_kernel_call_t* call) {
  run_layer(call, 1, ER_RNN_GATE_SLOTS, 0, rnn_step);
}

void er_gru_f32_ref(const er_kernel_call_t* call) {
  run_layer(call, 3, ER_GRU_GATE_SLOTS, 0, gru_step);
}

void er_lstm_f32_ref(const er_kernel_call_t* call) {
  run_layer(call, 4, ER_LSTM_GATE_SLOTS, 1, lstm_step);
}
