#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/cumsum/cumsum.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_cumsum_params_t* p = (const er_cumsum_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], p->dtype));
  return er_check_axis(&p->axis, o->out[0], p->dtype);
}

extern const er_kernel_traits_t er_cumsum_any_traits;
const er_kernel_traits_t er_cumsum_any_traits = {sizeof(er_cumsum_params_t), validate, NULL};
