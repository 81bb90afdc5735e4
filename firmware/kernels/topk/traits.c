#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/topk/topk.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_topk_params_t* p = (const er_topk_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 2));
  ER_REQUIRE(er_check_axis(&p->axis, o->in[0], p->dtype));
  if (p->k < 1 || p->k > p->axis.depth) return "k is out of range";
  if (p->index_dtype != ER_DTYPE_S32 && p->index_dtype != ER_DTYPE_S64) {
    return "indices must be int32 or int64";
  }
  const uint64_t results = er_axis_elements(&p->axis, p->k);
  if (o->out[1]) {
    ER_REQUIRE(er_check_tensor(o->out[1], (er_dtype_t)p->index_dtype, results,
                               "indices do not fit params"));
  }
  return er_check_tensor(o->out[0], (er_dtype_t)p->dtype, results, "values do not fit params");
}

extern const er_kernel_traits_t er_topk_any_traits;
const er_kernel_traits_t er_topk_any_traits = {sizeof(er_topk_params_t), validate, NULL};
