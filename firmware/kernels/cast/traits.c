#include "firmware/kernels/cast/cast.h"
#include "firmware/kernels/common/operand_check.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_cast_params_t* p = (const er_cast_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(&p->count, 1));
  ER_REQUIRE(er_check_tensor(o->in[0], (er_dtype_t)p->from, (uint64_t)p->count,
                             "input does not fit params"));
  return er_check_tensor(o->out[0], (er_dtype_t)p->to, (uint64_t)p->count,
                         "output does not fit params");
}

extern const er_kernel_traits_t er_cast_any_traits;
const er_kernel_traits_t er_cast_any_traits = {sizeof(er_cast_params_t), validate, NULL};
