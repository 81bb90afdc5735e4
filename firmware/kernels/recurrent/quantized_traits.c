#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/recurrent/quantized.h"

static const char* check_state(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements) {
  return t ? er_check_tensor(t, dtype, elements, "a state does not fit params") : NULL;
}

static const char* validate(const er_kernel_operands_t* o) {
  const er_lstm_s8_params_t* p = (const er_lstm_s8_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 7, 3));
  const int32_t extents[] = {p->steps, p->batch, p->inputs, p->hidden};
  ER_REQUIRE(er_check_extents(extents, 4));
  const uint64_t steps = (uint64_t)p->steps, batch = (uint64_t)p->batch;
  const uint64_t inputs = (uint64_t)p->inputs, hidden = (uint64_t)p->hidden;
  const uint64_t state = batch * hidden;
  if (state >= (1u << 24) || batch * steps >= (1u << 28)) return "the state is too large";
  ER_REQUIRE(
      er_check_tensor(o->in[0], ER_DTYPE_S8, batch * steps * inputs, "x does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_S8, 4 * hidden * inputs, "w does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[2], ER_DTYPE_S8, 4 * hidden * hidden, "r does not fit params"));
  for (uint32_t i = 3; i < 5; i++) {
    ER_REQUIRE(er_check_tensor(o->in[i], ER_DTYPE_S32, 4 * hidden, "a bias does not fit params"));
  }
  ER_REQUIRE(check_state(o->in[5], ER_DTYPE_S8, state));
  ER_REQUIRE(check_state(o->in[6], ER_DTYPE_S16, state));
  if (o->out[0]) {
    ER_REQUIRE(er_check_tensor(o->out[0], ER_DTYPE_S8, steps * state, "y does not fit params"));
  }
  ER_REQUIRE(check_state(o->out[1], ER_DTYPE_S8, state));
  ER_REQUIRE(check_state(o->out[2], ER_DTYPE_S16, state));
  if (p->kept_states != !o->out[1] + !o->out[2]) return "kept_states does not fit the outputs";
  if (p->cell_integer_bits < 0 || p->cell_integer_bits > 5) return "the cell's range is unknown";
  if (p->cell_clip < 0 || p->cell_clip > INT16_MAX) return "cell_clip is out of range";
  return er_check_offset(p->output_offset);
}

static uint32_t scratch(er_kernel_run_t* run, const void* params) {
  (void)run;
  const er_lstm_s8_params_t* p = (const er_lstm_s8_params_t*)params;
  // Gates, and at most one int16 for each unit of each state that no output keeps.
  return (uint32_t)(p->batch * p->hidden * (4 + p->kept_states)) * (uint32_t)sizeof(int16_t);
}

extern const er_kernel_traits_t er_lstm_s8_traits;
const er_kernel_traits_t er_lstm_s8_traits = {sizeof(er_lstm_s8_params_t), validate, scratch};
