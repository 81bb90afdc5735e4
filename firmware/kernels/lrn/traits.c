#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/lrn/lrn.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_lrn_params_t* p = (const er_lrn_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(&p->size, 1));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], ER_DTYPE_F32));
  return er_check_axis(&p->axis, o->out[0], ER_DTYPE_F32);
}

extern const er_kernel_traits_t er_lrn_f32_traits;
const er_kernel_traits_t er_lrn_f32_traits = {sizeof(er_lrn_params_t), validate, NULL};
