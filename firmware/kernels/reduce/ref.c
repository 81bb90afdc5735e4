#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/fixed_point.h"
#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/reduce/reduce.h"

enum { kBlock = 32 };  // elements added up before they go into the total

// A total that remembers what rounding took from it (Kahan). Both are 0 at the start.
typedef struct {
  float sum, lost;
} total_t;

static void add_block(total_t* total, float block) {
  const float corrected = block - total->lost;
  const float sum = total->sum + corrected;
  total->lost = (sum - total->sum) - corrected;
  if (!(er_fabsf(sum) < ER_INFINITY)) total->lost = 0.0f;  // infinity - infinity is no loss
  total->sum = sum;
}

static float fold(int32_t function, float total, float x) {
  switch (function) {
    case ER_REDUCE_prod:
      return total * x;
    case ER_REDUCE_max:
      return x > total || x != x ? x : total;
    case ER_REDUCE_min:
      return x < total || x != x ? x : total;
    case ER_REDUCE_l1:
      return total + er_fabsf(x);
    case ER_REDUCE_sum_square:
    case ER_REDUCE_l2:
      return total + x * x;
    default:
      return total + x;
  }
}

static int adds(int32_t function) {
  return function != ER_REDUCE_prod && function != ER_REDUCE_max && function != ER_REDUCE_min;
}

static float start_of(int32_t function) {
  switch (function) {
    case ER_REDUCE_prod:
      return 1.0f;
    case ER_REDUCE_max:
      return -ER_INFINITY;
    case ER_REDUCE_min:
      return ER_INFINITY;
    default:
      return 0.0f;
  }
}

// `shift` is subtracted first and the exponential taken where `exponential`.
static float fold_all(const er_reduce_params_t* p, const float* x, int32_t function,
                      int exponential, float shift) {
  total_t total = {0.0f, 0.0f};
  float block = start_of(function);
  int32_t in_block = 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    float value = x[walk.offset[0]];
    if (exponential) value = er_expf(value - shift);
    block = fold(function, block, value);
    if (adds(function) && ++in_block == kBlock) {
      add_block(&total, block);
      block = 0.0f;
      in_block = 0;
    }
  } while (er_walk_next(&walk, &p->reduced, p->reduced.rank));
  if (!adds(function)) return block;
  add_block(&total, block);
  return total.sum;
}

static float reduce_one(const er_reduce_params_t* p, const float* x, float count) {
  if (p->function == ER_REDUCE_log_sum_exp) {
    float max = fold_all(p, x, ER_REDUCE_max, 0, 0.0f);
    if (!(er_fabsf(max) < ER_INFINITY)) return max;
    return max + er_logf(fold_all(p, x, ER_REDUCE_sum, 1, max));
  }
  const float total = fold_all(p, x, p->function, 0, 0.0f);
  if (p->function == ER_REDUCE_mean) return total / count;
  if (p->function == ER_REDUCE_l2) return er_sqrtf(total);
  return p->function == ER_REDUCE_log_sum ? er_logf(total) : total;
}

void er_reduce_f32_ref(const er_kernel_call_t* call) {
  const er_reduce_params_t* p = (const er_reduce_params_t*)call->params;
  const float count = (float)er_walk_count(&p->reduced);
  float* y = (float*)call->out[0];
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    *y++ = er_one_nan(reduce_one(p, (const float*)call->in[0] + walk.offset[0], count));
  } while (er_walk_next(&walk, &p->kept, p->kept.rank));
}

static int64_t fold_integer(int32_t function, int64_t total, int64_t x) {
  const uint64_t sum = (uint64_t)total, ux = (uint64_t)x;
  switch (function) {
    case ER_REDUCE_prod:
      return (int64_t)(sum * ux);
    case ER_REDUCE_max:
      return x > total ? x : total;
    case ER_REDUCE_min:
      return x < total ? x : total;
    case ER_REDUCE_l1:
      return (int64_t)(x < 0 ? sum - ux : sum + ux);
    case ER_REDUCE_sum_square:
      return (int64_t)(sum + ux * ux);
    default:
      return (int64_t)(sum + ux);
  }
}

static int64_t fold_integers(const er_walk_shape_t* reduced, const void* x, int32_t base,
                             int32_t function, int32_t dtype) {
  int64_t total = function == ER_REDUCE_prod  ? 1
                  : function == ER_REDUCE_max ? INT64_MIN
                  : function == ER_REDUCE_min ? INT64_MAX
                                              : 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    total = fold_integer(function, total, er_load_integer(x, dtype, base + walk.offset[0]));
  } while (er_walk_next(&walk, reduced, reduced->rank));
  return total;
}

void er_reduce_int_ref(const er_kernel_call_t* call) {
  const er_reduce_params_t* p = (const er_reduce_params_t*)call->params;
  const int64_t count = (int64_t)er_walk_count(&p->reduced);
  int32_t at = 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    int64_t total = fold_integers(&p->reduced, call->in[0], walk.offset[0], p->function, p->dtype);
    if (p->function == ER_REDUCE_mean) total /= count;
    er_store_integer(call->out[0], p->dtype, at++, total);
  } while (er_walk_next(&walk, &p->kept, p->kept.rank));
}

static void reduce_quantized(const er_kernel_call_t* call, int32_t dtype, int32_t low,
                             int32_t high) {
  const er_reduce_s8_params_t* p = (const er_reduce_s8_params_t*)call->params;
  const int32_t offset = er_wrap_mul(p->input_offset, (int32_t)er_walk_count(&p->reduced));
  int32_t at = 0;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const int32_t sum =
        (int32_t)fold_integers(&p->reduced, call->in[0], walk.offset[0], ER_REDUCE_sum, dtype);
    const int32_t q =
        er_multiply_by_quantized_multiplier(er_wrap_add(sum, offset), p->multiplier, p->shift);
    er_store_integer(call->out[0], dtype, at++,
                     er_clamp(er_wrap_add(q, p->output_offset), low, high));
  } while (er_walk_next(&walk, &p->kept, p->kept.rank));
}

void er_reduce_s8_ref(const er_kernel_call_t* call) {
  reduce_quantized(call, ER_DTYPE_S8, INT8_MIN, INT8_MAX);
}

void er_reduce_s16_ref(const er_kernel_call_t* call) {
  reduce_quantized(call, ER_DTYPE_S16, INT16_MIN, INT16_MAX);
}
