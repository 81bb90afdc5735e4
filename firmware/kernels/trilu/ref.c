#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/trilu/trilu.h"

void er_trilu_any_ref(const er_kernel_call_t* call) {
  const er_trilu_params_t* p = (const er_trilu_params_t*)call->params;
  const int32_t width = p->element_bytes;
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* y = (uint8_t*)call->out[0];
  for (int32_t row = 0; row < p->count * p->rows; row++) {
    // Columns [begin, end) are kept.
    const int32_t diagonal = row % p->rows + p->k;
    const int32_t begin = p->upper ? er_clamp(diagonal, 0, p->cols) : 0;
    const int32_t end = p->upper ? p->cols : er_clamp(diagonal + 1, 0, p->cols);
    er_fill_elements(y, p->fill, width, begin);
    er_copy_bytes(y + begin * width, x + begin * width, (end - begin) * width);
    er_fill_elements(y + end * width, p->fill, width, p->cols - end);
    x += p->cols * width;
    y += p->cols * width;
  }
}
