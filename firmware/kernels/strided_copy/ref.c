#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/strided_copy/strided_copy.h"

#define COPY_ROW(type)                    \
  do {                                    \
    const type* source = (const type*)x;  \
    type* target = (type*)y;              \
    for (int32_t i = 0; i < count; i++) { \
      *target = *source;                  \
      source += in_stride;                \
      target += out_stride;               \
    }                                     \
  } while (0)

static void copy_row(uint8_t* y, const uint8_t* x, int32_t count, int32_t in_stride,
                     int32_t out_stride, int32_t width) {
  if (in_stride == 1 && out_stride == 1) {
    er_copy_bytes(y, x, count * width);
  } else if (width == 1) {
    COPY_ROW(uint8_t);
  } else if (width == 2) {
    COPY_ROW(uint16_t);
  } else if (width == 4) {
    COPY_ROW(uint32_t);
  } else {
    COPY_ROW(uint64_t);
  }
}

void er_strided_copy_any_ref(const er_kernel_call_t* call) {
  const er_strided_copy_params_t* p = (const er_strided_copy_params_t*)call->params;
  const int32_t width = p->element_bytes;
  const int32_t last = p->rank - 1;
  int32_t index[ER_STRIDED_COPY_DIMS] = {0};
  int32_t from = p->in_start;
  int32_t to = p->out_start;
  for (;;) {
    copy_row((uint8_t*)call->out[0] + to * width, (const uint8_t*)call->in[0] + from * width,
             p->dims[last], p->in_stride[last], p->out_stride[last], width);
    int32_t d = last - 1;
    for (; d >= 0; d--) {
      from += p->in_stride[d];
      to += p->out_stride[d];
      if (++index[d] < p->dims[d]) break;
      from -= p->in_stride[d] * p->dims[d];
      to -= p->out_stride[d] * p->dims[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
