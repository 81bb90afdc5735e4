#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/lrn/lrn.h"

static float power(float base, float exponent) {
  if (exponent != 0.75f) return er_powf(base, exponent);
  const float root = er_sqrtf(base);  // what every published model has
  return root * er_sqrtf(root);
}

void er_lrn_f32_ref(const er_kernel_call_t* call) {
  const er_lrn_params_t* p = (const er_lrn_params_t*)call->params;
  const float factor = p->alpha / (float)p->size;
  const int32_t depth = p->axis.depth, step = p->axis.inner;
  const int32_t before = (p->size - 1) / 2, after = p->size / 2;
  const int32_t lines = p->axis.outer * p->axis.inner;
  for (int32_t line = 0; line < lines; line++) {
    const int32_t start = er_axis_start(&p->axis, line, depth);
    const float* x = (const float*)call->in[0] + start;
    float* y = (float*)call->out[0] + start;
    for (int32_t i = 0; i < depth; i++) {
      const int32_t first = i > before ? i - before : 0;
      const int32_t last = i + after < depth ? i + after : depth - 1;
      float squares = 0.0f;
      for (int32_t k = first; k <= last; k++) squares += x[k * step] * x[k * step];
      y[i * step] = er_one_nan(x[i * step] / power(p->bias + factor * squares, p->beta));
    }
  }
}
