#include "firmware/kernels/binary_pool2d/binary_pool2d.h"
#include "firmware/kernels/common/bits.h"

// One word of channels: any bit of the window, and every bit of it.
static uint32_t pooled(const er_pool2d_shape_t* s, const uint32_t* image, int32_t top, int32_t left,
                       int32_t word, uint32_t every) {
  const int32_t words = er_row_words(s->channels);
  uint32_t any = 0, all = UINT32_MAX;
  for (int32_t y = top; y < top + s->kernel_h; y++) {
    for (int32_t x = left; x < left + s->kernel_w; x++) {
      if (y < 0 || y >= s->in_h || x < 0 || x >= s->in_w) continue;
      const uint32_t bits = image[(y * s->in_w + x) * words + word];
      any |= bits;
      all &= bits;
    }
  }
  return (any & ~every) | (all & every);
}

void er_binary_pool2d_s1_ref(const er_kernel_call_t* call) {
  const er_pool2d_shape_t* s = (const er_pool2d_shape_t*)call->params;
  const uint32_t* every = (const uint32_t*)call->in[1];
  const int32_t words = er_row_words(s->channels);
  uint32_t* y = (uint32_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    const uint32_t* image = (const uint32_t*)call->in[0] + n * s->in_h * s->in_w * words;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t w = 0; w < words; w++) {
          *y++ = pooled(s, image, oy * s->stride_h - s->pad_top, ox * s->stride_w - s->pad_left, w,
                        every[w]);
        }
      }
    }
  }
}
