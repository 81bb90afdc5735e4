#include "firmware/kernels/common/dynamic_quantize.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

// One image of the batch, quantized.
uint32_t er_depthwise_conv2d_h8_ref_scratch_bytes(const er_depthwise_conv2d_h8_params_t* params) {
  const er_conv2d_shape_t* s = &params->shape;
  return (uint32_t)(s->in_h * s->in_w * s->in_c);
}

// `image` begins at the input channel, `filter` at the output channel.
static int32_t window_sum(const er_conv2d_shape_t* s, const int8_t* image, int32_t zero_point,
                          const int8_t* filter, int32_t oy, int32_t ox) {
  int32_t acc = 0;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int32_t iy = oy * s->stride_h - s->pad_top + ky * s->dilation_h;
    if (iy < 0 || iy >= s->in_h) continue;
    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
      const int32_t ix = ox * s->stride_w - s->pad_left + kx * s->dilation_w;
      if (ix < 0 || ix >= s->in_w) continue;
      const int32_t x = image[(iy * s->in_w + ix) * s->in_c] - zero_point;
      acc = er_wrap_add(acc, x * filter[(ky * s->kernel_w + kx) * s->out_c]);
    }
  }
  return acc;
}

void er_depthwise_conv2d_h8_ref(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_h8_params_t* p = (const er_depthwise_conv2d_h8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const float* input = (const float*)call->in[0];
  const int8_t* weights = (const int8_t*)call->in[1];
  float* output = (float*)call->out[0];
  int8_t* image = (int8_t*)call->scratch;
  const int32_t image_elements = s->in_h * s->in_w * s->in_c;
  er_hybrid_outputs_t outputs = {0.0f, (const float*)call->in[3], (const float*)call->in[2],
                                 p->act_min, p->act_max};

  for (int32_t n = 0; n < s->batch; n++, input += image_elements) {
    const er_dynamic_scale_t q = er_quantize_dynamic(input, image_elements, p->asymmetric, image);
    outputs.input_scale = q.scale;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t oc = 0; oc < s->out_c; oc++) {
          const int8_t* channel = image + oc / p->depth_multiplier;
          const int32_t acc = window_sum(s, channel, q.zero_point, weights + oc, oy, ox);
          *output++ = er_hybrid_output(&outputs, oc, acc);
        }
      }
    }
  }
}
