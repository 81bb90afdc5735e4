#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/recurrent/recurrent.h"
#include "firmware/kernels/unary/unary.h"

static const char* check_activations(const er_recurrent_f32_params_t* p) {
  for (int32_t d = 0; d < 2; d++) {
    for (int32_t i = 0; i < 3; i++) {
      const int32_t f = p->activations[d][i].function;
      const int known =
          (f >= 0 && f < ER_UNARY_FUNCTIONS && f != ER_UNARY_not && f != ER_UNARY_bit_not) ||
          f == ER_RECURRENT_AFFINE || f == ER_RECURRENT_SCALED_TANH;
      if (!known) return "an activation in the params is unknown";
    }
  }
  return NULL;
}

static const char* check_optional(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements,
                                  const char* error) {
  return t ? er_check_tensor(t, dtype, elements, error) : NULL;
}

uint32_t er_recurrent_scratch_floats(const er_recurrent_f32_params_t* p, int32_t gate_slots) {
  const uint32_t per_sample =
      (uint32_t)gate_slots + (uint32_t)p->kept_states * (uint32_t)p->directions;
  return (uint32_t)p->batch * (uint32_t)p->hidden * per_sample;
}

static const char* validate(const er_kernel_operands_t* o, int32_t gates, int has_cell) {
  const er_recurrent_f32_params_t* p = (const er_recurrent_f32_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, has_cell ? 8 : 6, has_cell ? 3 : 2));
  const int32_t extents[] = {p->steps, p->batch, p->inputs, p->hidden};
  ER_REQUIRE(er_check_extents(extents, 4));
  if (p->directions != 1 && p->directions != 2) return "directions must be 1 or 2";
  const int32_t kept = !o->out[1] + (has_cell && !o->out[2]);
  if (p->kept_states != kept) return "kept_states does not fit the outputs";
  if (!(p->clip >= 0.0f) || !(p->cell_clip >= 0.0f)) return "a clip bound is below 0";
  ER_REQUIRE(check_activations(p));
  // Each factor is below 2^25 and each product is checked against 2^28 before the next is built.
  const uint64_t steps = (uint64_t)p->steps, batch = (uint64_t)p->batch;
  const uint64_t inputs = (uint64_t)p->inputs, hidden = (uint64_t)p->hidden;
  const uint64_t directions = (uint64_t)p->directions;
  const uint64_t rows = directions * (uint64_t)gates * hidden;
  const uint64_t state = directions * batch * hidden;
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_F32, rows * inputs, "w does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[2], ER_DTYPE_F32, rows * hidden, "r does not fit params"));
  ER_REQUIRE(check_optional(o->in[3], ER_DTYPE_F32, 2 * rows, "b does not fit params"));
  ER_REQUIRE(check_optional(o->in[4], ER_DTYPE_S32, batch, "lengths do not fit params"));
  if (state >= (1u << 24) || batch * steps >= (1u << 28)) return "the state is too large";
  ER_REQUIRE(
      er_check_tensor(o->in[0], ER_DTYPE_F32, batch * steps * inputs, "x does not fit params"));
  ER_REQUIRE(check_optional(o->out[0], ER_DTYPE_F32, steps * state, "y does not fit params"));
  static const char kState[] = "a state does not fit params";
  ER_REQUIRE(check_optional(o->in[5], ER_DTYPE_F32, state, kState));
  ER_REQUIRE(check_optional(o->out[1], ER_DTYPE_F32, state, kState));
  if (!has_cell) return NULL;
  ER_REQUIRE(check_optional(o->in[6], ER_DTYPE_F32, state, kState));
  ER_REQUIRE(check_optional(o->out[2], ER_DTYPE_F32, state, kState));
  return check_optional(o->in[7], ER_DTYPE_F32, 3 * directions * hidden, "p does not fit params");
}

static const char* validate_rnn(const er_kernel_operands_t* o) { return validate(o, 1, 0); }
static const char* validate_gru(const er_kernel_operands_t* o) { return validate(o, 3, 0); }
static const char* validate_lstm(const er_kernel_operands_t* o) { return validate(o, 4, 1); }

static uint32_t scratch(er_kernel_run_t* run, const void* params) {
  const int32_t slots = run == er_rnn_f32_ref ? ER_RNN_GATE_SLOTS : ER_LSTM_GATE_SLOTS;
  return er_recurrent_scratch_floats((const er_recurrent_f32_params_t*)params, slots) *
         (uint32_t)sizeof(float);
}

extern const er_kernel_traits_t er_rnn_f32_traits;
const er_kernel_traits_t er_rnn_f32_traits = {sizeof(er_recurrent_f32_params_t), validate_rnn,
                                              scratch};
extern const er_kernel_traits_t er_gru_f32_traits;
const er_kernel_traits_t er_gru_f32_traits = {sizeof(er_recurrent_f32_params_t), validate_gru,
                                              scratch};
extern const er_kernel_traits_t er_lstm_f32_traits;
const er_kernel_traits_t er_lstm_f32_traits = {sizeof(er_recurrent_f32_params_t), validate_lstm,
                                               scratch};
