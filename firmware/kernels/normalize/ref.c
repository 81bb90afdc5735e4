#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/normalize/normalize.h"

// Sum over a group of (x - shift), its size or its square.
static float sum_of(const er_walk_shape_t* within, const float* x, float shift, int power) {
  float sum = 0.0f;
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const float d = x[walk.offset[0]] - shift;
    sum += power == 0 ? d : (power == 1 ? er_fabsf(d) : d * d);
  } while (er_walk_next(&walk, within, within->rank));
  return sum;
}

// What the elements of a group are multiplied by, after *mean has been subtracted.
static float factor_of(const er_normalize_params_t* p, const float* x, float* mean) {
  const float count = (float)er_walk_count(&p->within);
  *mean = 0.0f;
  if (p->mode == ER_NORMALIZE_MEAN_VARIANCE) *mean = sum_of(&p->within, x, 0.0f, 0) / count;
  const float sum = sum_of(&p->within, x, *mean, p->mode == ER_NORMALIZE_L1 ? 1 : 2);
  if (p->mode <= ER_NORMALIZE_RMS) return 1.0f / er_sqrtf(sum / count + p->epsilon);
  const float norm = p->mode == ER_NORMALIZE_L1 ? sum : er_sqrtf(sum);
  if (norm == 0.0f) return 0.0f;
  return 1.0f / (norm < p->epsilon ? p->epsilon : norm);
}

void er_normalize_f32_ref(const er_kernel_call_t* call) {
  const er_normalize_params_t* p = (const er_normalize_params_t*)call->params;
  const float* x = (const float*)call->in[0];
  const float* scale = (const float*)call->in[1];
  const float* bias = (const float*)call->in[2];
  int32_t group = 0;
  er_walk_t kept;
  er_walk_start(&kept, NULL);
  do {
    float mean;
    const float factor = factor_of(p, x + kept.offset[0], &mean);
    if (call->out[1]) ((float*)call->out[1])[group] = er_one_nan(mean);
    if (call->out[2]) ((float*)call->out[2])[group] = er_one_nan(factor);
    group++;
    er_walk_t walk;
    er_walk_start(&walk, kept.offset);
    do {
      float value = (x[walk.offset[0]] - mean) * factor;
      if (scale) value = value * scale[walk.offset[1]];
      if (bias) value = value + bias[walk.offset[2]];
      ((float*)call->out[0])[walk.offset[0]] = er_one_nan(value);
    } while (er_walk_next(&walk, &p->within, p->within.rank));
  } while (er_walk_next(&kept, &p->kept, p->kept.rank));
}
