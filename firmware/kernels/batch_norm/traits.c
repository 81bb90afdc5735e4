#include "firmware/kernels/batch_norm/batch_norm.h"
#include "firmware/kernels/common/operand_check.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_batch_norm_params_t* p = (const er_batch_norm_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 5, 1));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], ER_DTYPE_F32));
  ER_REQUIRE(er_check_axis(&p->axis, o->out[0], ER_DTYPE_F32));
  for (uint32_t i = 1; i < 5; i++) {
    ER_REQUIRE(er_check_tensor(o->in[i], ER_DTYPE_F32, (uint64_t)p->axis.depth,
                               "an operand per channel does not fit params"));
  }
  return NULL;
}

extern const er_kernel_traits_t er_batch_norm_f32_traits;
const er_kernel_traits_t er_batch_norm_f32_traits = {sizeof(er_batch_norm_params_t), validate,
                                                     NULL};
