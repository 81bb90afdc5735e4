#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/conv_nd/conv_nd.h"

enum { kOutside = -1 };

// The input position that tap `tap` of output position `out` reads in direction `d`.
static int32_t source(const er_conv_nd_shape_t* s, int32_t d, int32_t out, int32_t tap) {
  int32_t at;
  if (s->transposed) {
    at = out + s->pad[d] - tap * s->dilation[d];
    if (at < 0 || at % s->stride[d] != 0) return kOutside;
    at /= s->stride[d];
  } else {
    at = out * s->stride[d] - s->pad[d] + tap * s->dilation[d];
  }
  return at < 0 || at >= s->in[d] ? kOutside : at;
}

// One output element: where it lies and what it reads.
typedef struct {
  int32_t at[ER_CONV_ND_DIRECTIONS];
  int32_t image;   // first element of the batch's input and the group's channels in it
  int32_t filter;  // first element of the output channel's weights
} output_t;

typedef void add_run_t(void* sum, int32_t x, int32_t w, int32_t count);

// Calls `add` for every run of input channels and the weights they meet.
static inline void each_tap(const er_conv_nd_shape_t* s, const output_t* out, int32_t channels,
                            add_run_t* add, void* sum) {
  int32_t weights = out->filter;
  for (int32_t kd = 0; kd < s->kernel[0]; kd++) {
    const int32_t z = source(s, 0, out->at[0], kd);
    for (int32_t kh = 0; kh < s->kernel[1]; kh++) {
      const int32_t y = source(s, 1, out->at[1], kh);
      for (int32_t kw = 0; kw < s->kernel[2]; kw++, weights += channels) {
        const int32_t x = source(s, 2, out->at[2], kw);
        if (z == kOutside || y == kOutside || x == kOutside) continue;
        const int32_t pixel = (z * s->in[1] + y) * s->in[2] + x;
        add(sum, out->image + pixel * s->in_c, weights, channels);
      }
    }
  }
}

typedef void write_output_t(const er_kernel_call_t* call, const output_t* out, int32_t channels,
                            int32_t channel, int32_t number);

// Calls `write` for every output element in row-major order.
static void each_output(const er_kernel_call_t* call, const er_conv_nd_shape_t* s,
                        write_output_t* write) {
  const int32_t in_channels = s->in_c / s->groups;
  const int32_t out_channels = s->out_c / s->groups;
  const int32_t in_image = s->in[0] * s->in[1] * s->in[2] * s->in_c;
  const int32_t filter = s->kernel[0] * s->kernel[1] * s->kernel[2] * in_channels;
  const int32_t pixels = s->out[0] * s->out[1] * s->out[2];
  for (int32_t n = 0; n < s->batch; n++) {
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
      output_t out = {
          {pixel / s->out[2] / s->out[1], pixel / s->out[2] % s->out[1], pixel % s->out[2]}, 0, 0};
      for (int32_t c = 0; c < s->out_c; c++) {
        out.image = n * in_image + c / out_channels * in_channels;
        out.filter = c * filter;
        write(call, &out, in_channels, c, (n * pixels + pixel) * s->out_c + c);
      }
    }
  }
}

typedef struct {
  const int8_t* x;
  const int8_t* w;
  int32_t offset;
  int32_t total;
} sum_s8_t;

static void add_run_s8(void* context, int32_t x, int32_t w, int32_t count) {
  sum_s8_t* sum = (sum_s8_t*)context;
  int32_t total = sum->total;
  for (int32_t c = 0; c < count; c++) {
    total = er_wrap_add(total, (sum->x[x + c] + sum->offset) * sum->w[w + c]);
  }
  sum->total = total;
}

static void write_s8(const er_kernel_call_t* call, const output_t* out, int32_t channels,
                     int32_t channel, int32_t number) {
  const er_conv_nd_s8_params_t* p = (const er_conv_nd_s8_params_t*)call->params;
  const int32_t* bias = (const int32_t*)call->in[2];
  sum_s8_t sum = {(const int8_t*)call->in[0], (const int8_t*)call->in[1], p->input_offset,
                  bias ? bias[channel] : 0};
  each_tap(&p->shape, out, channels, add_run_s8, &sum);
  int32_t acc = er_multiply_by_quantized_multiplier(
      sum.total, ((const int32_t*)call->in[3])[channel], ((const int32_t*)call->in[4])[channel]);
  acc = er_wrap_add(acc, p->output_offset);
  ((int8_t*)call->out[0])[number] = (int8_t)er_clamp(acc, p->act_min, p->act_max);
}

typedef struct {
  const int16_t* x;
  const int8_t* w;
  int64_t total;
} sum_s16_t;

static void add_run_s16(void* context, int32_t x, int32_t w, int32_t count) {
  sum_s16_t* sum = (sum_s16_t*)context;
  sum->total = er_add_products_s16(sum->total, sum->x + x, sum->w + w, count);
}

static void write_s16(const er_kernel_call_t* call, const output_t* out, int32_t channels,
                      int32_t channel, int32_t number) {
  const er_conv_nd_s16_params_t* p = (const er_conv_nd_s16_params_t*)call->params;
  sum_s16_t sum = {(const int16_t*)call->in[0], (const int8_t*)call->in[1], 0};
  each_tap(&p->shape, out, channels, add_run_s16, &sum);
  ((int16_t*)call->out[0])[number] = er_channel_output_s16(call, &p->sum, channel, sum.total);
}

typedef struct {
  const float* x;
  const float* w;
  float total;
} sum_f32_t;

static void add_run_f32(void* context, int32_t x, int32_t w, int32_t count) {
  sum_f32_t* sum = (sum_f32_t*)context;
  float total = sum->total;
  for (int32_t c = 0; c < count; c++) total += sum->x[x + c] * sum->w[w + c];
  sum->total = total;
}

static void write_f32(const er_kernel_call_t* call, const output_t* out, int32_t channels,
                      int32_t channel, int32_t number) {
  const er_conv_nd_f32_params_t* p = (const er_conv_nd_f32_params_t*)call->params;
  const float* bias = (const float*)call->in[2];
  sum_f32_t sum = {(const float*)call->in[0], (const float*)call->in[1], 0.0f};
  each_tap(&p->shape, out, channels, add_run_f32, &sum);
  float total = sum.total;
  if (bias) total += bias[channel];
  if (total < p->act_min) total = p->act_min;
  if (total > p->act_max) total = p->act_max;
  ((float*)call->out[0])[number] = total;
}

void er_conv_nd_s8_ref(const er_kernel_call_t* call) {
  each_output(call, &((const er_conv_nd_s8_params_t*)call->params)->shape, write_s8);
}

void er_conv_nd_s16_ref(const er_kernel_call_t* call) {
  each_output(call, &((const er_conv_nd_s16_params_t*)call->params)->shape, write_s16);
}

void er_conv_nd_f32_ref(const er_kernel_call_t* call) {
  each_output(call, &((const er_conv_nd_f32_params_t*)call->params)->shape, write_f32);
}
