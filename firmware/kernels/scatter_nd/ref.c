#include "firmware/kernels/common/combine.h"
#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/scatter_nd/scatter_nd.h"

void er_scatter_nd_any_ref(const er_kernel_call_t* call) {
  const er_scatter_nd_params_t* p = (const er_scatter_nd_params_t*)call->params;
  const er_slice_index_shape_t* s = &p->shape;
  const int32_t width = (int32_t)er_element_bytes(p->dtype);
  uint8_t* y = (uint8_t*)call->out[0];
  const uint8_t* update = (const uint8_t*)call->in[2];
  er_copy_bytes(y, call->in[0], (int32_t)er_slice_index_elements(s) * width);
  for (int32_t batch = 0; batch < s->batch; batch++) {
    for (int32_t i = 0; i < s->count; i++, update += s->run * width) {
      const int32_t target = er_slice_index_target(s, call->in[1], batch, i);
      er_combine_elements(p->combine, p->dtype, y + target * width, update, s->run);
    }
  }
}
