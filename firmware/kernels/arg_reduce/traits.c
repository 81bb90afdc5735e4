#include "firmware/kernels/arg_reduce/arg_reduce.h"
#include "firmware/kernels/common/operand_check.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_arg_reduce_params_t* p = (const er_arg_reduce_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], p->dtype));
  if (p->index_dtype != ER_DTYPE_S32 && p->index_dtype != ER_DTYPE_S64) {
    return "indices must be int32 or int64";
  }
  return er_check_tensor(o->out[0], (er_dtype_t)p->index_dtype, er_axis_elements(&p->axis, 1),
                         "output does not fit params");
}

extern const er_kernel_traits_t er_arg_reduce_any_traits;
const er_kernel_traits_t er_arg_reduce_any_traits = {sizeof(er_arg_reduce_params_t), validate,
                                                     NULL};
