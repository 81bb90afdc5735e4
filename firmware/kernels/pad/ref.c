#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/pad/pad.h"

enum { kOutside = -1 };

static int32_t wrapped(int32_t at, int32_t size) {
  const int32_t rest = at % size;
  return rest < 0 ? rest + size : rest;
}

// Where output element `at` of one dimension comes from, in 0 .. size - 1, or kOutside.
static int32_t source(int32_t mode, int32_t at, int32_t size) {
  if (at >= 0 && at < size) return at;
  int32_t period;
  switch (mode) {
    case ER_PAD_EDGE:
      return at < 0 ? 0 : size - 1;
    case ER_PAD_WRAP:
      return wrapped(at, size);
    case ER_PAD_REFLECT:
      if (size == 1) return 0;
      period = 2 * size - 2;
      at = wrapped(at, period);
      return at < size ? at : period - at;
    case ER_PAD_SYMMETRIC:
      period = 2 * size;
      at = wrapped(at, period);
      return at < size ? at : period - 1 - at;
    default:
      return kOutside;
  }
}

// One output row whose input row is `x`.
static void pad_row(const er_pad_params_t* p, uint8_t* y, const uint8_t* x, const void* value) {
  enum { kLast = ER_PAD_DIMS - 1 };
  const int32_t width = p->element_bytes;
  const int32_t in = p->in_dims[kLast];
  const int32_t out = p->out_dims[kLast];
  const int32_t shift = p->before[kLast];
  for (int32_t i = 0; i < out;) {
    const int32_t from = source(p->mode, i - shift, in);
    if (from != kOutside && from == i - shift) {  // the run of what is simply copied
      const int32_t run = (in - from < out - i) ? in - from : out - i;
      er_copy_bytes(y + i * width, x + from * width, run * width);
      i += run;
    } else {
      er_copy_element(y + i * width, from == kOutside ? value : x + from * width, width);
      i++;
    }
  }
}

void er_pad_any_ref(const er_kernel_call_t* call) {
  const er_pad_params_t* p = (const er_pad_params_t*)call->params;
  enum { kLast = ER_PAD_DIMS - 1 };
  const int32_t width = p->element_bytes;
  const int32_t row_bytes = p->out_dims[kLast] * width;
  uint64_t value = 0;
  memcpy(&value, call->in[1] ? call->in[1] : p->fill, (size_t)width);
  uint8_t* y = (uint8_t*)call->out[0];
  int32_t index[ER_PAD_DIMS] = {0};
  for (;;) {
    int32_t row = 0;
    int32_t outside = 0;
    for (int32_t d = 0; d < kLast; d++) {
      const int32_t from = source(p->mode, index[d] - p->before[d], p->in_dims[d]);
      outside |= from == kOutside;
      row = row * p->in_dims[d] + from;
    }
    if (outside) {
      er_fill_elements(y, &value, width, p->out_dims[kLast]);
    } else {
      const int32_t in_bytes = p->in_dims[kLast] * width;
      pad_row(p, y, (const uint8_t*)call->in[0] + row * in_bytes, &value);
    }
    y += row_bytes;
    int32_t d = kLast - 1;
    while (d >= 0 && ++index[d] == p->out_dims[d]) index[d--] = 0;
    if (d < 0) return;
  }
}
