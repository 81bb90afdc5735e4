#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/one_hot/one_hot.h"

void er_one_hot_any_ref(const er_kernel_call_t* call) {
  const er_one_hot_params_t* p = (const er_one_hot_params_t*)call->params;
  const int32_t width = p->element_bytes;
  const uint8_t* values = (const uint8_t*)call->in[1];
  uint8_t* y = (uint8_t*)call->out[0];
  er_fill_elements(y, values, width, p->outer * p->depth * p->inner);
  for (int32_t outer = 0; outer < p->outer; outer++) {
    for (int32_t inner = 0; inner < p->inner; inner++) {
      int32_t at = er_read_index(call->in[0], p->index_dtype, outer * p->inner + inner);
      if (at < 0 && p->wrap_negative) at += p->depth;
      if (at < 0 || at >= p->depth) continue;
      er_copy_element(y + ((outer * p->depth + at) * p->inner + inner) * width, values + width,
                      width);
    }
  }
}
