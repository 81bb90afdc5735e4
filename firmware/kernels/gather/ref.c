#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/gather/gather.h"

void er_gather_any_ref(const er_kernel_call_t* call) {
  const er_gather_params_t* p = (const er_gather_params_t*)call->params;
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* y = (uint8_t*)call->out[0];
  for (int32_t batch = 0; batch < p->batch; batch++) {
    for (int32_t outer = 0; outer < p->outer; outer++) {
      for (int32_t i = 0; i < p->count; i++) {
        const int32_t index = er_read_index(call->in[1], p->index_dtype, batch * p->count + i);
        er_copy_bytes(y, x + er_valid_index(index, p->size) * p->run_bytes, p->run_bytes);
        y += p->run_bytes;
      }
      x += p->size * p->run_bytes;
    }
  }
}
