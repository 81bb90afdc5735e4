#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/leaky_relu/leaky_relu.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_leaky_relu_s16_params_t* p = (const er_leaky_relu_s16_params_t*)o->params;
  const uint64_t n = (uint64_t)p->count;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(&p->count, 1));
  ER_REQUIRE(er_check_tensor(o->in[0], ER_DTYPE_S16, n, "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->out[0], ER_DTYPE_S16, n, "output does not fit params"));
  return er_check_activation_s16(p->act_min, p->act_max);
}

extern const er_kernel_traits_t er_leaky_relu_s16_traits;
const er_kernel_traits_t er_leaky_relu_s16_traits = {sizeof(er_leaky_relu_s16_params_t), validate,
                                                     NULL};
