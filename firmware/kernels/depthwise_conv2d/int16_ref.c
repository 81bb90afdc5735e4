#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

// The products of one input channel with one output channel's weights.
static int64_t window_sum(const er_conv2d_shape_t* s, const int16_t* channel, const int8_t* weights,
                          int32_t y, int32_t x) {
  int64_t sum = 0;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int32_t iy = y + ky * s->dilation_h;
    if (iy < 0 || iy >= s->in_h) continue;
    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
      const int32_t ix = x + kx * s->dilation_w;
      if (ix < 0 || ix >= s->in_w) continue;
      sum += (int32_t)channel[(iy * s->in_w + ix) * s->in_c] *
             weights[(ky * s->kernel_w + kx) * s->out_c];
    }
  }
  return sum;
}

void er_depthwise_conv2d_s16_ref(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s16_params_t* p = (const er_depthwise_conv2d_s16_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int8_t* weights = (const int8_t*)call->in[1];
  int16_t* output = (int16_t*)call->out[0];

  for (int32_t n = 0; n < s->batch; n++) {
    const int16_t* image = (const int16_t*)call->in[0] + n * s->in_h * s->in_w * s->in_c;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        const int32_t y = oy * s->stride_h - s->pad_top, x = ox * s->stride_w - s->pad_left;
        for (int32_t ic = 0, oc = 0; ic < s->in_c; ic++) {
          for (int32_t m = 0; m < p->depth_multiplier; m++, oc++) {
            const int64_t sum = window_sum(s, image + ic, weights + oc, y, x);
            *output++ = er_channel_output_s16(call, &p->sum, oc, sum);
          }
        }
      }
    }
  }
}
