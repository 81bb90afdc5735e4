// Elementwise sum with Helium, four elements at a time.
#include "firmware/kernels/add/add.h"
#include "firmware/kernels/common/helium.h"

#ifndef ER_HAS_HELIUM
void er_add_s8_mve(const er_kernel_call_t* call) { er_add_s8_ref(call); }
#else

void er_add_s8_mve(const er_kernel_call_t* call) {
  const er_add_s8_params_t p = *(const er_add_s8_params_t*)call->params;
  const int8_t* a = (const int8_t*)call->in[0];
  const int8_t* b = (const int8_t*)call->in[1];
  int8_t* out = (int8_t*)call->out[0];
  // As er_wrap_shift_left takes it.
  const int32_t left_shift = p.left_shift & 31;
  const int32_t a_left = er_helium_left(p.a_shift), a_right = er_helium_right(p.a_shift);
  const int32_t b_left = er_helium_left(p.b_shift), b_right = er_helium_right(p.b_shift);
  const int32_t left = er_helium_left(p.output_shift), right = er_helium_right(p.output_shift);
  for (int32_t i = 0; i < p.count; i += 4) {
    const mve_pred16_t active = vctp32q((uint32_t)(p.count - i));
    int32x4_t x = vaddq_n_s32(vldrbq_z_s32(a + i, active), p.a_offset);
    int32x4_t y = vaddq_n_s32(vldrbq_z_s32(b + i, active), p.b_offset);
    x = er_helium_requantize(vshlq_r_s32(x, left_shift), p.a_multiplier, a_left, a_right);
    y = er_helium_requantize(vshlq_r_s32(y, left_shift), p.b_multiplier, b_left, b_right);
    x = er_helium_requantize(vaddq_s32(x, y), p.output_multiplier, left, right);
    er_helium_put(out + i, x, p.output_offset, p.act_min, p.act_max, active);
  }
}
#endif
