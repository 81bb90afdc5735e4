#include "firmware/kernels/arg_reduce/arg_reduce.h"
#include "firmware/kernels/common/elements.h"

void er_arg_reduce_any_ref(const er_kernel_call_t* call) {
  const er_arg_reduce_params_t* p = (const er_arg_reduce_params_t*)call->params;
  const int32_t lines = p->axis.outer * p->axis.inner;
  for (int32_t line = 0; line < lines; line++) {
    const int32_t start = er_axis_start(&p->axis, line, p->axis.depth);
    int32_t best = 0;
    int64_t best_value = er_load_ordered(call->in[0], p->dtype, start);
    for (int32_t i = 1; i < p->axis.depth; i++) {
      const int64_t value = er_load_ordered(call->in[0], p->dtype, start + i * p->axis.inner);
      const int better = p->largest ? value > best_value : value < best_value;
      if (better || (p->select_last && value == best_value)) {
        best = i;
        best_value = value;
      }
    }
    er_store_integer(call->out[0], p->index_dtype, line, best);
  }
}
