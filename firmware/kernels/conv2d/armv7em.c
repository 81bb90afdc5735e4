// Convolution for Armv7E-M: two output pixels are gathered and widened to int16 once, then every
// pair of output channels is multiplied with them. Weights stay canonical int8.
#include "firmware/kernels/common/dot_s8.h"
#include "firmware/kernels/common/fast_requantize.h"
#include "firmware/kernels/conv2d/conv2d.h"

static int32_t window_bytes(const er_conv2d_shape_t* s) {
  return s->kernel_h * s->kernel_w * s->in_c;
}

// A window that starts and ends at word boundaries of its row of groups can be widened where it
// lies; any other is first gathered as bytes.
static int widens_in_place(const er_conv2d_shape_t* s) {
  return s->in_c % 4 == 0 || (s->kernel_h == 1 && s->kernel_w == 1);
}

uint32_t er_conv2d_s8_armv7em_scratch_bytes(const er_conv2d_s8_params_t* params) {
  const uint32_t groups = ((uint32_t)window_bytes(&params->shape) + 3u) / 4u;
  return groups * 16u + (widens_in_place(&params->shape) ? 0u : groups * 4u);
}

// Where the window of one output pixel meets the input: taps [x_begin, x_end) of a row are inside.
typedef struct {
  const int8_t* image;
  int32_t y, x;  // of tap (0, 0); may be negative
} window_t;

static void zero_groups(uint32_t* to, int32_t groups) {
  for (int32_t g = 0; g < groups; g++, to += 4) to[0] = to[2] = 0;
}

static void widen_window(const er_conv2d_s8_params_t* p, const window_t* w, er_packed_t offset,
                         uint32_t* to) {
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t groups = (s->in_c + 3) / 4;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int32_t y = w->y + ky * s->dilation_h;
    const int row_inside = y >= 0 && y < s->in_h;
    const int8_t* row = w->image + (row_inside ? y * s->in_w * s->in_c : 0);
    if (row_inside && s->dilation_w == 1 && w->x >= 0 && w->x + s->kernel_w <= s->in_w) {
      er_widen_bytes(row + w->x * s->in_c, s->kernel_w * s->in_c, offset, to, 2);
      to += s->kernel_w * groups * 4;
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += groups * 4) {
      const int32_t x = w->x + kx * s->dilation_w;
      if (row_inside && x >= 0 && x < s->in_w) {
        er_widen_bytes(row + x * s->in_c, s->in_c, offset, to, 2);
      } else {
        zero_groups(to, groups);
      }
    }
  }
}

static inline void copy_bytes(int8_t* to, const int8_t* from, int32_t bytes) {
  for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
    const er_packed_t word = er_load4(from);
    memcpy(to, &word, 4);
  }
  for (int32_t i = 0; i < bytes; i++) to[i] = from[i];
}

static void gather_window(const er_conv2d_s8_params_t* p, const window_t* w, int8_t* to) {
  const er_conv2d_shape_t* s = &p->shape;
  const int8_t zero = (int8_t)-p->input_offset;
  const int32_t row_bytes = s->kernel_w * s->in_c;
  for (int32_t ky = 0; ky < s->kernel_h; ky++) {
    const int32_t y = w->y + ky * s->dilation_h;
    const int row_inside = y >= 0 && y < s->in_h;
    const int8_t* row = w->image + (row_inside ? y * s->in_w * s->in_c : 0);
    if (row_inside && s->dilation_w == 1 && w->x >= 0 && w->x + s->kernel_w <= s->in_w) {
      copy_bytes(to, row + w->x * s->in_c, row_bytes);
      to += row_bytes;
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++, to += s->in_c) {
      const int32_t x = w->x + kx * s->dilation_w;
      if (row_inside && x >= 0 && x < s->in_w) {
        copy_bytes(to, row + x * s->in_c, s->in_c);
      } else {
        for (int32_t c = 0; c < s->in_c; c++) to[c] = zero;
      }
    }
  }
}

static inline int8_t output_of(const er_conv2d_s8_params_t* p, int32_t acc, int32_t multiplier,
                               int32_t shift) {
  const int32_t y = er_wrap_add(er_fast_requantize(acc, multiplier, shift), p->output_offset);
  return (int8_t)er_clamp(y, p->act_min, p->act_max);
}

void er_conv2d_s8_armv7em(const er_kernel_call_t* call) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  const int8_t* weights = (const int8_t*)call->in[1];
  const int32_t* bias = (const int32_t*)call->in[2];
  const int32_t* multiplier = (const int32_t*)call->in[3];
  const int32_t* shift = (const int32_t*)call->in[4];
  const int32_t bytes = window_bytes(s);
  if (!er_fast_requantize_allowed(bias, shift, s->out_c, bytes)) {
    er_conv2d_s8_ref(call);
    return;
  }
  const int in_place = widens_in_place(s);
  const int32_t groups = (bytes + 3) / 4;
  uint32_t* const columns = (uint32_t*)call->scratch;
  int8_t* const gathered = (int8_t*)(columns + groups * 4);
  const er_packed_t offset = er_both_lanes(p->input_offset);
  const int32_t out_c = s->out_c;
  int8_t* out = (int8_t*)call->out[0];

  const int32_t pixels = s->batch * s->out_h * s->out_w;
  window_t w = {(const int8_t*)call->in[0], -s->pad_top, -s->pad_left};
  int32_t ox = 0, oy = 0;
  for (int32_t pixel = 0; pixel < pixels; pixel += 2) {
    const int32_t pair = pixels - pixel < 2 ? 1 : 2;
    for (int32_t i = 0; i < pair; i++) {
      if (in_place) {
        widen_window(p, &w, offset, columns + i);
      } else {
        gather_window(p, &w, gathered);
        er_widen_bytes(gathered, bytes, offset, columns + i, 2);
      }
      w.x += s->stride_w;
      if (++ox == s->out_w) {
        ox = 0;
        w.x = -s->pad_left;
        w.y += s->stride_h;
        if (++oy == s->out_h) {
          oy = 0;
          w.y = -s->pad_top;
          w.image += s->in_h * s->in_w * s->in_c;
        }
      }
    }
    if (pair == 1) zero_groups(columns + 1, groups);

    // An odd last channel is computed twice, an odd last pixel is computed and not stored.
    int8_t* const out1 = pair == 2 ? out + out_c : out;
    const int8_t* w0 = weights;
    for (int32_t c = 0; c < out_c; c += 2, w0 += 2 * bytes) {
      const int32_t d = c + 1 < out_c ? c + 1 : c;
      const int8_t* w1 = d == c ? w0 : w0 + bytes;
      const int32_t start0 = bias ? bias[c] : 0;
      const int32_t start1 = bias ? bias[d] : 0;
      int32_t acc[4] = {start0, start1, start0, start1};
      er_dot_2x2(columns, w0, w1, bytes, acc);
      const int32_t m0 = multiplier[c], m1 = multiplier[d], s0 = shift[c], s1 = shift[d];
      out1[c] = output_of(p, acc[2], m0, s0);
      out1[d] = output_of(p, acc[3], m1, s1);
      out[c] = output_of(p, acc[0], m0, s0);
      out[d] = output_of(p, acc[1], m1, s1);
    }
    out += 2 * out_c;
  }
}
