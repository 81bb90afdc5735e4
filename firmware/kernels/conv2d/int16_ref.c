#include "firmware/kernels/conv2d/conv2d.h"

void er_conv2d_s16_ref(const er_kernel_call_t* call) {
  const er_conv2d_s16_params_t* p = (const er_conv2d_s16_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  int16_t* output = (int16_t*)call->out[0];
  const int32_t row = s->in_w * s->in_c;
  const int32_t filter = s->kernel_h * s->kernel_w * s->in_c;

  for (int32_t n = 0; n < s->batch; n++) {
    const int16_t* image = (const int16_t*)call->in[0] + n * s->in_h * row;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t oc = 0; oc < s->out_c; oc++) {
          const int8_t* weights = (const int8_t*)call->in[1] + oc * filter;
          int64_t sum = 0;
          for (int32_t ky = 0; ky < s->kernel_h; ky++) {
            const int32_t iy = oy * s->stride_h - s->pad_top + ky * s->dilation_h;
            if (iy < 0 || iy >= s->in_h) continue;
            for (int32_t kx = 0; kx < s->kernel_w; kx++) {
              const int32_t ix = ox * s->stride_w - s->pad_left + kx * s->dilation_w;
              if (ix < 0 || ix >= s->in_w) continue;
              sum = er_add_products_s16(sum, image + iy * row + ix * s->in_c,
                                        weights + (ky * s->kernel_w + kx) * s->in_c, s->in_c);
            }
          }
          *output++ = er_channel_output_s16(call, &p->sum, oc, sum);
        }
      }
    }
  }
}
