#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/concat/concat.h"

void er_concat_any_ref(const er_kernel_call_t* call) {
  const er_concat_params_t* p = (const er_concat_params_t*)call->params;
  uint8_t* y = (uint8_t*)call->out[0];
  for (int32_t outer = 0; outer < p->outer; outer++) {
    for (int32_t part = 0; part < p->parts; part++) {
      const int32_t bytes = p->run_bytes[part];
      er_copy_bytes(y, (const uint8_t*)call->in[part] + outer * bytes, bytes);
      y += bytes;
    }
  }
}
