#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/reverse_sequence/reverse_sequence.h"

void er_reverse_sequence_any_ref(const er_kernel_call_t* call) {
  const er_reverse_sequence_params_t* p = (const er_reverse_sequence_params_t*)call->params;
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* y = (uint8_t*)call->out[0];
  const int32_t times = p->batch_is_first ? p->second : p->first;
  for (int32_t outer = 0; outer < p->outer; outer++) {
    for (int32_t first = 0; first < p->first; first++) {
      for (int32_t middle = 0; middle < p->middle; middle++) {
        for (int32_t second = 0; second < p->second; second++) {
          const int32_t batch = p->batch_is_first ? first : second;
          const int32_t time = p->batch_is_first ? second : first;
          const int32_t length =
              er_clamp(er_read_index(call->in[1], p->index_dtype, batch), 0, times);
          const int32_t from = time < length ? length - 1 - time : time;
          const int32_t source_first = p->batch_is_first ? first : from;
          const int32_t source_second = p->batch_is_first ? from : second;
          const int32_t source =
              ((outer * p->first + source_first) * p->middle + middle) * p->second + source_second;
          er_copy_bytes(y, x + source * p->run_bytes, p->run_bytes);
          y += p->run_bytes;
        }
      }
    }
  }
}
