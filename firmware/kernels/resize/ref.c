#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/resize/resize.h"

// The taps of one output pixel.
typedef struct {
  const int32_t* y;
  const int32_t* x;
  const void* y_weight;
  const void* x_weight;
  const uint8_t* image;  // of the batch
} pixel_t;

typedef void write_pixel_t(const void* params, const pixel_t* pixel, void* out);

static void each_pixel(const er_kernel_call_t* call, const er_resize_shape_t* s, int weighted,
                       int32_t element_bytes, int32_t weight_bytes, write_pixel_t* write) {
  const int32_t* x_index = (const int32_t*)call->in[weighted ? 3 : 2];
  const int32_t* y_index = (const int32_t*)call->in[1];
  uint8_t* out = (uint8_t*)call->out[0];
  for (int32_t n = 0; n < s->batch; n++) {
    for (int32_t y = 0; y < s->out_h; y++) {
      for (int32_t x = 0; x < s->out_w; x++) {
        const int32_t image = n * s->in_h * s->in_w * s->channels * element_bytes;
        const pixel_t pixel = {
            y_index + y * s->taps_h, x_index + x * s->taps_w,
            weighted ? (const uint8_t*)call->in[2] + y * s->taps_h * weight_bytes : NULL,
            weighted ? (const uint8_t*)call->in[4] + x * s->taps_w * weight_bytes : NULL,
            (const uint8_t*)call->in[0] + image};
        write(call->params, &pixel, out);
        out += s->channels * element_bytes;
      }
    }
  }
}

// Number of the first channel of a tap's pixel.
static int32_t place(const er_resize_shape_t* s, int32_t y, int32_t x) {
  return (er_clamp(y, 0, s->in_h - 1) * s->in_w + er_clamp(x, 0, s->in_w - 1)) * s->channels;
}

static void write_f32(const void* params, const pixel_t* pixel, void* out) {
  const er_resize_f32_params_t* p = (const er_resize_f32_params_t*)params;
  const er_resize_shape_t* s = &p->shape;
  const float* image = (const float*)(const void*)pixel->image;
  const float* y_weight = (const float*)pixel->y_weight;
  const float* x_weight = (const float*)pixel->x_weight;
  const int outside = pixel->y[0] < 0 || pixel->x[0] < 0;
  for (int32_t c = 0; c < s->channels; c++) {
    float sum = 0.0f;
    for (int32_t ty = 0; ty < s->taps_h && !outside; ty++) {
      float row = 0.0f;
      for (int32_t tx = 0; tx < s->taps_w; tx++) {
        row += x_weight[tx] * image[place(s, pixel->y[ty], pixel->x[tx]) + c];
      }
      sum += y_weight[ty] * row;
    }
    ((float*)out)[c] = outside ? p->outside : sum;
  }
}

// `wide`: of int16 elements; a constant for the compiler.
static inline void write_integers(const void* params, const pixel_t* pixel, void* out, int wide) {
  const er_resize_shape_t* s = &((const er_resize_s8_params_t*)params)->shape;
  const int8_t* narrow_image = (const int8_t*)pixel->image;
  const int16_t* wide_image = (const int16_t*)(const void*)pixel->image;
  const int16_t* y_weight = (const int16_t*)pixel->y_weight;
  const int16_t* x_weight = (const int16_t*)pixel->x_weight;
  for (int32_t c = 0; c < s->channels; c++) {
    int64_t sum = 0;
    for (int32_t ty = 0; ty < s->taps_h; ty++) {
      for (int32_t tx = 0; tx < s->taps_w; tx++) {
        const int32_t weight = y_weight[ty] * x_weight[tx];
        const int32_t at = place(s, pixel->y[ty], pixel->x[tx]) + c;
        sum += (int64_t)weight * (wide ? wide_image[at] : narrow_image[at]);
      }
    }
    sum = (sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20);
    const int32_t low = wide ? INT16_MIN : INT8_MIN, high = wide ? INT16_MAX : INT8_MAX;
    const int32_t value = sum < low ? low : sum > high ? high : (int32_t)sum;
    if (wide) {
      ((int16_t*)out)[c] = (int16_t)value;
    } else {
      ((int8_t*)out)[c] = (int8_t)value;
    }
  }
}

static void write_s8(const void* params, const pixel_t* pixel, void* out) {
  write_integers(params, pixel, out, 0);
}

static void write_s16(const void* params, const pixel_t* pixel, void* out) {
  write_integers(params, pixel, out, 1);
}

static void write_any(const void* params, const pixel_t* pixel, void* out) {
  const er_resize_any_params_t* p = (const er_resize_any_params_t*)params;
  const int32_t y = pixel->y[0];
  const int32_t x = pixel->x[0];
  if (p->has_outside && (y < 0 || x < 0)) {
    er_fill_elements(out, p->outside, p->element_bytes, p->shape.channels / p->element_bytes);
  } else {
    er_copy_bytes(out, pixel->image + place(&p->shape, y, x), p->shape.channels);
  }
}

void er_resize_f32_ref(const er_kernel_call_t* call) {
  const er_resize_f32_params_t* p = (const er_resize_f32_params_t*)call->params;
  each_pixel(call, &p->shape, 1, sizeof(float), sizeof(float), write_f32);
}

void er_resize_s8_ref(const er_kernel_call_t* call) {
  const er_resize_s8_params_t* p = (const er_resize_s8_params_t*)call->params;
  each_pixel(call, &p->shape, 1, 1, sizeof(int16_t), write_s8);
}

void er_resize_s16_ref(const er_kernel_call_t* call) {
  const er_resize_s16_params_t* p = (const er_resize_s16_params_t*)call->params;
  each_pixel(call, &p->shape, 1, sizeof(int16_t), sizeof(int16_t), write_s16);
}

void er_resize_any_ref(const er_kernel_call_t* call) {
  const er_resize_any_params_t* p = (const er_resize_any_params_t*)call->params;
  each_pixel(call, &p->shape, 0, 1, 0, write_any);
}
