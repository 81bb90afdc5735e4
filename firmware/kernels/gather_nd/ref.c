#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/gather_nd/gather_nd.h"

void er_gather_nd_any_ref(const er_kernel_call_t* call) {
  const er_gather_nd_params_t* p = (const er_gather_nd_params_t*)call->params;
  const int32_t bytes = p->shape.run * p->element_bytes;
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* y = (uint8_t*)call->out[0];
  for (int32_t batch = 0; batch < p->shape.batch; batch++) {
    for (int32_t i = 0; i < p->shape.count; i++, y += bytes) {
      const int32_t from = er_slice_index_target(&p->shape, call->in[1], batch, i);
      er_copy_bytes(y, x + from * p->element_bytes, bytes);
    }
  }
}
