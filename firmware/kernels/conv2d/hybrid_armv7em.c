// Hybrid convolution for Armv7E-M: each image is quantized once; two output pixels at a time are
// gathered and widened to int16, then every pair of output channels is multiplied with them.
// Weights stay canonical int8.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/dynamic_quantize.h"
#include "firmware/kernels/conv2d/conv2d.h"

static int32_t window_bytes(const er_conv2d_shape_t* s) {
  return s->kernel_h * s->kernel_w * s->in_c;
}

static int is_pointwise(const er_conv2d_shape_t* s) { return s->kernel_h == 1 && s->kernel_w == 1; }

// Two widened windows, one gathered window (a 1x1 window needs no gathering), the quantized image.
uint32_t er_conv2d_h8_armv7em_scratch_bytes(const er_conv2d_h8_params_t* params) {
  const uint32_t groups = ((uint32_t)window_bytes(&params->shape) + 3u) / 4u;
  return groups * 20u + er_conv2d_h8_ref_scratch_bytes(params);
}

typedef struct {
  const er_conv2d_shape_t* shape;
  const int8_t* image;
  int8_t zero_point;
  int8_t* gathered;   // window_bytes
  uint32_t* columns;  // two interleaved rows of groups
} windows_t;

static void fill(int8_t* to, int8_t value, int32_t bytes) { memset(to, value, (size_t)bytes); }

// The window's bytes in one row; what lies outside of the image is real zero.
static const int8_t* gather(const windows_t* w, int32_t oy, int32_t ox) {
  const er_conv2d_shape_t* s = w->shape;
  const int32_t y0 = oy * s->stride_h - s->pad_top, x0 = ox * s->stride_w - s->pad_left;
  const int whole_row = s->dilation_w == 1 && x0 >= 0 && x0 + s->kernel_w <= s->in_w;
  const int32_t row_bytes = s->kernel_w * s->in_c;
  int8_t* to = w->gathered;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int32_t y = y0 + ky * s->dilation_h;
    if (y < 0 || y >= s->in_h) {
      fill(to, w->zero_point, row_bytes);
      to += row_bytes;
      continue;
    }
    const int8_t* row = w->image + y * s->in_w * s->in_c;
    if (whole_row) {
      if (is_pointwise(s)) return row + x0 * s->in_c;
      memcpy(to, row + x0 * s->in_c, (size_t)row_bytes);
      to += row_bytes;
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += s->in_c) {
      const int32_t x = x0 + kx * s->dilation_w;
      if (x >= 0 && x < s->in_w) {
        memcpy(to, row + x * s->in_c, (size_t)s->in_c);
      } else {
        fill(to, w->zero_point, s->in_c);
      }
    }
  }
  return w->gathered;
}

static void widen(const windows_t* w, int32_t pixel, int32_t slot) {
  const er_conv2d_shape_t* s = w->shape;
  const int8_t* window = gather(w, pixel / s->out_w, pixel % s->out_w);
  er_widen_bytes(window, window_bytes(s), er_both_lanes(-w->zero_point), w->columns + slot, 2);
}

// All channels of two pixels; out1 may be out0, whose values are then written last.
static void multiply(const windows_t* w, const int8_t* weights, const er_hybrid_outputs_t* outputs,
                     float* out0, float* out1) {
  const int32_t bytes = window_bytes(w->shape), channels = w->shape->out_c;
  const int32_t groups = bytes / 4, tail = bytes & 3;
  for (int32_t c = 0; c < channels; c += 2, weights += 2 * bytes) {
    const int32_t last = c + 1 < channels ? 1 : 0;  // 0: a single channel, computed twice
    const int8_t* second = weights + last * bytes;
    er_block_2x2_t sum = {0, 0, 0, 0};
    if (groups) sum = er_dot_2x2(w->columns, weights, second, groups, sum);
    if (tail) {
      sum = er_dot_2x2_tail(w->columns + 4 * groups, weights + 4 * groups, second + 4 * groups,
                            tail, sum);
    }
    out1[c] = er_hybrid_output(outputs, c, sum.a10);
    out1[c + last] = er_hybrid_output(outputs, c + last, sum.a11);
    out0[c] = er_hybrid_output(outputs, c, sum.a00);
    out0[c + last] = er_hybrid_output(outputs, c + last, sum.a01);
  }
}

void er_conv2d_h8_armv7em(const er_kernel_call_t* call) {
  const er_conv2d_h8_params_t* p = (const er_conv2d_h8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const float* input = (const float*)call->in[0];
  const int8_t* weights = (const int8_t*)call->in[1];
  float* output = (float*)call->out[0];
  const int32_t image_elements = s->in_h * s->in_w * s->in_c;
  const int32_t groups = (window_bytes(s) + 3) / 4;
  uint32_t* const columns = (uint32_t*)call->scratch;
  int8_t* const gathered = (int8_t*)(columns + groups * 4);
  int8_t* const image = gathered + groups * 4;
  windows_t w = {s, image, 0, gathered, columns};
  er_hybrid_outputs_t outputs = {0.0f, (const float*)call->in[3], (const float*)call->in[2],
                                 p->act_min, p->act_max};

  const int32_t pixels = s->out_h * s->out_w;
  for (int32_t n = 0; n < s->batch; n++, input += image_elements) {
    const er_dynamic_scale_t q = er_quantize_dynamic(input, image_elements, p->asymmetric, image);
    outputs.input_scale = q.scale;
    w.zero_point = (int8_t)q.zero_point;
    for (int32_t pixel = 0; pixel < pixels; pixel += 2) {
      const int32_t pair = pixel + 1 < pixels ? 1 : 0;
      widen(&w, pixel, 0);
      widen(&w, pixel + pair, 1);
      multiply(&w, weights, &outputs, output, output + pair * s->out_c);
      output += (1 + pair) * s->out_c;
    }
  }
}
