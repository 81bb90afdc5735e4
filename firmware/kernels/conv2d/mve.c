// Convolution with Helium: the windows of four output pixels lie in memory as bytes, and sixteen of
// their products with a channel's weights are one instruction each.
#include "firmware/kernels/common/helium.h"
#include "firmware/kernels/conv2d/conv2d.h"

enum { kPixels = 4, kLaneBytes = 16 };

static int32_t window_bytes(const er_conv2d_shape_t* s) {
  return s->kernel_h * s->kernel_w * s->in_c;
}

// Windows are the pixels of the input, in order: nothing to gather.
static int is_pointwise(const er_conv2d_shape_t* s) {
  return s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1 &&
         s->pad_top == 0 && s->pad_left == 0 && s->out_h == s->in_h && s->out_w == s->in_w;
}

static uint32_t column_bytes(const er_conv2d_shape_t* s) {
  return ((uint32_t)window_bytes(s) + kLaneBytes - 1u) / kLaneBytes * kLaneBytes;
}

static uint32_t starts_bytes(const er_conv2d_shape_t* s) {
  return ((uint32_t)s->out_c * 4u + kLaneBytes - 1u) / kLaneBytes * kLaneBytes;
}

uint32_t er_conv2d_s8_mve_scratch_bytes(const er_conv2d_s8_params_t* params) {
  const er_conv2d_shape_t* s = &params->shape;
  return starts_bytes(s) + (is_pointwise(s) ? 0u : kPixels * column_bytes(s));
}

#ifndef ER_HAS_HELIUM
void er_conv2d_s8_mve(const er_kernel_call_t* call) { er_conv2d_s8_ref(call); }
#else

typedef struct {
  const er_conv2d_s8_params_t* params;
  const int8_t* window[kPixels];  // of four pixels; the last one repeats where there are fewer
  int32_t pixels;
  int32_t window_bytes;
  const int8_t* weights;
  const int32_t* start;  // what an output's sum begins with
  const int32_t* multiplier;
  const int32_t* shift;
  int8_t* out;  // of the first pixel
} block_t;

// The sum of x + input_offset times w is that of x times w and input_offset times the sum of w.
static void find_starts(const er_conv2d_s8_params_t* p, const int8_t* weights, const int32_t* bias,
                        int32_t* start) {
  const int32_t bytes = window_bytes(&p->shape);
  for (int32_t c = 0; c < p->shape.out_c; c++, weights += bytes) {
    const int32_t offsets =
        p->input_offset ? er_wrap_mul(p->input_offset, er_helium_sum(weights, bytes)) : 0;
    start[c] = er_wrap_add(bias ? bias[c] : 0, offsets);
  }
}

// One channel's sums for four pixels.
static inline __attribute__((always_inline)) int32x4_t dot(const block_t* b, const int8_t* w,
                                                           int32_t start) {
  const int8_t *x0 = b->window[0], *x1 = b->window[1], *x2 = b->window[2], *x3 = b->window[3];
  int32_t a0 = start, a1 = start, a2 = start, a3 = start;
  for (int32_t turns = b->window_bytes / kLaneBytes; turns > 0; turns--) {
    const int8x16_t weights = vldrbq_s8(w);
    a0 = vmladavaq_s8(a0, weights, vldrbq_s8(x0));
    a1 = vmladavaq_s8(a1, weights, vldrbq_s8(x1));
    a2 = vmladavaq_s8(a2, weights, vldrbq_s8(x2));
    a3 = vmladavaq_s8(a3, weights, vldrbq_s8(x3));
    w += kLaneBytes;
    x0 += kLaneBytes;
    x1 += kLaneBytes;
    x2 += kLaneBytes;
    x3 += kLaneBytes;
  }
  const int32_t rest = b->window_bytes % kLaneBytes;
  if (rest) {
    const mve_pred16_t active = vctp8q((uint32_t)rest);
    const int8x16_t weights = vldrbq_z_s8(w, active);
    a0 = vmladavaq_s8(a0, weights, vldrbq_z_s8(x0, active));
    a1 = vmladavaq_s8(a1, weights, vldrbq_z_s8(x1, active));
    a2 = vmladavaq_s8(a2, weights, vldrbq_z_s8(x2, active));
    a3 = vmladavaq_s8(a3, weights, vldrbq_z_s8(x3, active));
  }
  int32x4_t sums = vuninitializedq_s32();
  sums = vsetq_lane_s32(a0, sums, 0);
  sums = vsetq_lane_s32(a1, sums, 1);
  sums = vsetq_lane_s32(a2, sums, 2);
  return vsetq_lane_s32(a3, sums, 3);
}

static void multiply(const block_t* block) {
  const block_t b = *block;
  const er_conv2d_s8_params_t p = *block->params;
  const int32_t channels = p.shape.out_c;
  const int8_t* w = b.weights;
  const uint32x4_t places = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)channels);
  const int32x4_t low = vdupq_n_s32(p.act_min), high = vdupq_n_s32(p.act_max);
  const mve_pred16_t active = vctp32q((uint32_t)b.pixels);
  for (int32_t c = 0; c < channels; c++, w += b.window_bytes) {
    int32x4_t y = dot(&b, w, b.start[c]);
    const int32_t shift = b.shift[c];
    y = er_helium_requantize(y, b.multiplier[c], er_helium_left(shift), er_helium_right(shift));
    y = vaddq_n_s32(y, p.output_offset);
    y = vminq_s32(vmaxq_s32(y, low), high);
    vstrbq_scatter_offset_p_s32(b.out + c, places, y, active);
  }
}

// Copies a window; what lies outside of the input is the input's zero.
static void gather(const er_conv2d_s8_params_t* p, const int8_t* image, int32_t oy, int32_t ox,
                   int8_t* to) {
  const er_conv2d_shape_t* s = &p->shape;
  const int32_t row_bytes = s->kernel_w * s->in_c;
  const int32_t y0 = oy * s->stride_h - s->pad_top, x0 = ox * s->stride_w - s->pad_left;
  const int whole = s->dilation_w == 1 && x0 >= 0 && x0 + s->kernel_w <= s->in_w;
  for (int32_t ky = 0; ky < s->kernel_h; ky++, to += row_bytes) {
    const int32_t y = y0 + ky * s->dilation_h;
    const int inside = y >= 0 && y < s->in_h;
    const int8_t* row = image + y * s->in_w * s->in_c;
    if (inside && whole) {
      er_helium_copy(to, row + x0 * s->in_c, row_bytes);
      continue;
    }
    for (int32_t kx = 0; kx < s->kernel_w; kx++) {
      const int32_t x = x0 + kx * s->dilation_w;
      int8_t* tap = to + kx * s->in_c;
      if (inside && x >= 0 && x < s->in_w) {
        er_helium_copy(tap, row + x * s->in_c, s->in_c);
      } else {
        for (int32_t i = 0; i < s->in_c; i++) tap[i] = (int8_t)-p->input_offset;
      }
    }
  }
}

static void convolve_pointwise(block_t* b, const int8_t* input) {
  const er_conv2d_shape_t* s = &b->params->shape;
  for (int32_t left = s->batch * s->out_h * s->out_w; left > 0; left -= kPixels) {
    b->pixels = left < kPixels ? left : kPixels;
    for (int32_t i = 0; i < kPixels; i++) {
      b->window[i] = input;
      if (i + 1 < left) input += s->in_c;
    }
    multiply(b);
    b->out += kPixels * s->out_c;
  }
}

static void convolve(block_t* b, const int8_t* input, int8_t* columns) {
  const er_conv2d_shape_t* s = &b->params->shape;
  const int32_t stride = (int32_t)column_bytes(s);
  int32_t n = 0, oy = 0, ox = 0;
  for (int32_t i = 0; i < kPixels; i++) b->window[i] = columns + i * stride;
  for (int32_t left = s->batch * s->out_h * s->out_w; left > 0; left -= kPixels) {
    b->pixels = left < kPixels ? left : kPixels;
    for (int32_t i = 0; i < b->pixels; i++) {
      gather(b->params, input + n * s->in_h * s->in_w * s->in_c, oy, ox, columns + i * stride);
      if (++ox < s->out_w) continue;
      ox = 0;
      if (++oy < s->out_h) continue;
      oy = 0;
      n++;
    }
    multiply(b);
    b->out += kPixels * s->out_c;
  }
}

void er_conv2d_s8_mve(const er_kernel_call_t* call) {
  const er_conv2d_s8_params_t* p = (const er_conv2d_s8_params_t*)call->params;
  const er_conv2d_shape_t* s = &p->shape;
  int32_t* start = (int32_t*)call->scratch;
  find_starts(p, (const int8_t*)call->in[1], (const int32_t*)call->in[2], start);
  block_t b = {p,
               {0},
               0,
               window_bytes(s),
               (const int8_t*)call->in[1],
               start,
               (const int32_t*)call->in[3],
               (const int32_t*)call->in[4],
               (int8_t*)call->out[0]};
  if (is_pointwise(s)) {
    convolve_pointwise(&b, (const int8_t*)call->in[0]);
  } else {
    convolve(&b, (const int8_t*)call->in[0], (int8_t*)call->scratch + starts_bytes(s));
  }
}
#endif
