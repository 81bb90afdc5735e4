#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/matmul/matmul.h"

// Where the operands of the current batch index begin.
typedef struct {
  int32_t index[ER_MATMUL_BATCH_DIMS];
  int32_t a, b;
} place_t;

// False after the last one.
static int next_batch(const er_matmul_shape_t* s, place_t* at) {
  for (int32_t d = ER_MATMUL_BATCH_DIMS - 1; d >= 0; d--) {
    at->a += s->a_batch_stride[d];
    at->b += s->b_batch_stride[d];
    if (++at->index[d] < s->batch[d]) return 1;
    at->a -= s->a_batch_stride[d] * s->batch[d];
    at->b -= s->b_batch_stride[d] * s->batch[d];
    at->index[d] = 0;
  }
  return 0;
}

void er_matmul_f32_ref(const er_kernel_call_t* call) {
  const er_matmul_shape_t* s = &((const er_matmul_f32_params_t*)call->params)->shape;
  float* y = (float*)call->out[0];
  place_t at = {{0}, 0, 0};
  do {
    for (int32_t row = 0; row < s->rows; row++) {
      for (int32_t col = 0; col < s->cols; col++) {
        const float* a = (const float*)call->in[0] + at.a + row * s->a_row_stride;
        const float* b = (const float*)call->in[1] + at.b + col * s->b_col_stride;
        float sum = 0.0f;
        for (int32_t i = 0; i < s->depth; i++) {
          sum += a[i * s->a_depth_stride] * b[i * s->b_depth_stride];
        }
        *y++ = sum;
      }
    }
  } while (next_batch(s, &at));
}

// How the 8-bit operands are read and what they count from: u8 is s8 with the top bit flipped.
typedef struct {
  uint8_t a_flip, b_flip;
  int32_t a_offset, b_offset;
} reading_t;

static int32_t dot(const er_matmul_shape_t* s, const uint8_t* a, const uint8_t* b,
                   const reading_t* r) {
  int32_t sum = 0;
  for (int32_t i = 0; i < s->depth; i++) {
    const int32_t left = (int8_t)(a[i * s->a_depth_stride] ^ r->a_flip) + r->a_offset;
    const int32_t right = (int8_t)(b[i * s->b_depth_stride] ^ r->b_flip) + r->b_offset;
    sum = er_wrap_add(sum, left * right);
  }
  return sum;
}

void er_matmul_s8_ref(const er_kernel_call_t* call) {
  const er_matmul_s8_params_t* p = (const er_matmul_s8_params_t*)call->params;
  const er_matmul_shape_t* s = &p->shape;
  const reading_t reading = {0, 0, p->a_offset, p->b_offset};
  int8_t* y = (int8_t*)call->out[0];
  place_t at = {{0}, 0, 0};
  do {
    for (int32_t row = 0; row < s->rows; row++) {
      for (int32_t col = 0; col < s->cols; col++) {
        const uint8_t* a = (const uint8_t*)call->in[0] + at.a + row * s->a_row_stride;
        const uint8_t* b = (const uint8_t*)call->in[1] + at.b + col * s->b_col_stride;
        int32_t acc = dot(s, a, b, &reading);
        acc = er_multiply_by_quantized_multiplier(acc, p->multiplier, p->shift);
        acc = er_wrap_add(acc, p->output_offset);
        *y++ = (int8_t)er_clamp(acc, p->act_min, p->act_max);
      }
    }
  } while (next_batch(s, &at));
}

void er_matmul_s16_ref(const er_kernel_call_t* call) {
  const er_matmul_s16_params_t* p = (const er_matmul_s16_params_t*)call->params;
  const er_matmul_shape_t* s = &p->shape;
  int16_t* y = (int16_t*)call->out[0];
  place_t at = {{0}, 0, 0};
  do {
    for (int32_t row = 0; row < s->rows; row++) {
      for (int32_t col = 0; col < s->cols; col++) {
        const int16_t* a = (const int16_t*)call->in[0] + at.a + row * s->a_row_stride;
        const int16_t* b = (const int16_t*)call->in[1] + at.b + col * s->b_col_stride;
        int64_t sum = 0;
        for (int32_t i = 0; i < s->depth; i++) {
          sum += (int32_t)a[i * s->a_depth_stride] * b[i * s->b_depth_stride];
        }
        const int32_t q = er_multiply_wide_by_quantized_multiplier(sum, p->multiplier, p->shift);
        *y++ = (int16_t)er_clamp(q, INT16_MIN, INT16_MAX);
      }
    }
  } while (next_batch(s, &at));
}

void er_matmul_s32_ref(const er_kernel_call_t* call) {
  const er_matmul_s32_params_t* p = (const er_matmul_s32_params_t*)call->params;
  const er_matmul_shape_t* s = &p->shape;
  const reading_t reading = {p->a_unsigned ? 0x80 : 0, p->b_unsigned ? 0x80 : 0,
                             p->a_offset + (p->a_unsigned ? 128 : 0),
                             p->b_offset + (p->b_unsigned ? 128 : 0)};
  int32_t* y = (int32_t*)call->out[0];
  place_t at = {{0}, 0, 0};
  do {
    for (int32_t row = 0; row < s->rows; row++) {
      for (int32_t col = 0; col < s->cols; col++) {
        const uint8_t* a = (const uint8_t*)call->in[0] + at.a + row * s->a_row_stride;
        const uint8_t* b = (const uint8_t*)call->in[1] + at.b + col * s->b_col_stride;
        *y++ = dot(s, a, b, &reading);
      }
    }
  } while (next_batch(s, &at));
}
