#include <string.h>

#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/topk/topk.h"

// Insertion into the sorted outputs: k is small where this runs, and it needs no memory of its own.
static void line_of(const er_kernel_call_t* call, const er_topk_params_t* p, int32_t line) {
  const int32_t step = p->axis.inner;
  const int32_t in = er_axis_start(&p->axis, line, p->axis.depth);
  const int32_t out = er_axis_start(&p->axis, line, p->k);
  const size_t bytes = er_element_bytes(p->dtype);
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* values = (uint8_t*)call->out[0];
  int32_t found = 0;
  for (int32_t i = 0; i < p->axis.depth; i++) {
    const int32_t from = in + i * step;
    const int64_t value = er_load_ordered(x, p->dtype, from);
    int32_t rank = found;
    while (rank > 0) {
      const int64_t other = er_load_ordered(values, p->dtype, out + (rank - 1) * step);
      if (p->largest ? value <= other : value >= other) break;
      rank--;
    }
    if (rank == p->k) continue;
    if (found < p->k) found++;
    for (int32_t slot = found - 1; slot > rank; slot--) {
      const int32_t to = out + slot * step;
      memcpy(values + (size_t)to * bytes, values + (size_t)(to - step) * bytes, bytes);
      if (call->out[1]) {
        er_store_integer(call->out[1], p->index_dtype, to,
                         er_load_integer(call->out[1], p->index_dtype, to - step));
      }
    }
    const int32_t to = out + rank * step;
    memmove(values + (size_t)to * bytes, x + (size_t)from * bytes, bytes);
    if (call->out[1]) er_store_integer(call->out[1], p->index_dtype, to, i);
  }
}

void er_topk_any_ref(const er_kernel_call_t* call) {
  const er_topk_params_t* p = (const er_topk_params_t*)call->params;
  const int32_t lines = p->axis.outer * p->axis.inner;
  for (int32_t line = 0; line < lines; line++) line_of(call, p, line);
}
