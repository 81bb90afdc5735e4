#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/depthwise_conv2d/depthwise_conv2d.h"

void er_depthwise_conv2d_s8_ref(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_s8_params_t* p = (const er_depthwise_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int8_t* input = (const int8_t*)call->in[0];
  const int8_t* weights = (const int8_t*)call->in[1];
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  int8_t* output = (int8_t*)call->out[0];
  const int32_t row_bytes = s->in_w * s->in_c;

  for (int32_t n = 0; n < s->batch; n++) {
    const int8_t* image = input + n * s->in_h * row_bytes;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t ic = 0, oc = 0; ic < s->in_c; ic++) {
          for (int32_t m = 0; m < p->depth_multiplier; m++, oc++) {
            int32_t acc = bias ? bias[oc] : 0;
            for (int32_t ky = 0; ky < s->kernel_h; ky++) {
              const int32_t iy = oy * s->stride_h - s->pad_top + ky * s->dilation_h;
              if (iy < 0 || iy >= s->in_h) continue;
              const int8_t* row = image + iy * row_bytes + ic;
              const int8_t* taps = weights + ky * s->kernel_w * s->out_c + oc;
              for (int32_t kx = 0; kx < s->kernel_w; kx++) {
                const int32_t ix = ox * s->stride_w - s->pad_left + kx * s->dilation_w;
                if (ix < 0 || ix >= s->in_w) continue;
                const int32_t x = row[ix * s->in_c] + p->input_offset;
                acc = er_wrap_add(acc, x * taps[kx * s->out_c]);
              }
            }
            acc = er_multiply_by_quantized_multiplier(acc, multiplier[oc], shift[oc]);
            acc = er_wrap_add(acc, p->output_offset);
            *output++ = (int8_t)er_clamp(acc, p->act_min, p->act_max);
          }
        }
      }
    }
  }
}

void er_depthwise_conv2d_f32_ref(const er_kernel_call_t* call) {
  const er_depthwise_conv2d_f32_params_t* p = (const er_depthwise_conv2d_f32_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const float* input = (const float*)call->in[0];
  const float* weights = (const float*)call->in[1];
  const float* bias = (const float*)call->in[2];
  float* output = (float*)call->out[0];
  const int32_t row_elements = s->in_w * s->in_c;

  for (int32_t n = 0; n < s->batch; n++) {
    const float* image = input + n * s->in_h * row_elements;
    for (int32_t oy = 0; oy < s->out_h; oy++) {
      for (int32_t ox = 0; ox < s->out_w; ox++) {
        for (int32_t ic = 0, oc = 0; ic < s->in_c; ic++) {
          for (int32_t m = 0; m < p->depth_multiplier; m++, oc++) {
            float total = 0.0f;
            for (int32_t ky = 0; ky < s->kernel_h; ky++) {
              const int32_t iy = oy * s->stride_h - s->pad_top + ky * s->dilation_h;
              if (iy < 0 || iy >= s->in_h) continue;
              const float* row = image + iy * row_elements + ic;
              const float* taps = weights + ky * s->kernel_w * s->out_c + oc;
              for (int32_t kx = 0; kx < s->kernel_w; kx++) {
                const int32_t ix = ox * s->stride_w - s->pad_left + kx * s->dilation_w;
                if (ix < 0 || ix >= s->in_w) continue;
                total += row[ix * s->in_c] * taps[kx * s->out_c];
              }
            }
            if (bias) total += bias[oc];
            if (total < p->act_min) total = p->act_min;
            if (total > p->act_max) total = p->act_max;
            *output++ = total;
          }
        }
      }
    }
  }
}
