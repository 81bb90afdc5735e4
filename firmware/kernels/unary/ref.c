#include "firmware/kernels/common/float_math.h"
#include "firmware/kernels/unary/unary.h"

typedef float function_t(float x, float alpha, float beta);

#define DEFINE(name, expression)                                \
  static float apply_##name(float x, float alpha, float beta) { \
    (void)alpha;                                                \
    (void)beta;                                                 \
    return expression;                                          \
  }

DEFINE(abs, er_fabsf(x))
DEFINE(neg, -x)
DEFINE(sign, x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : x))
DEFINE(square, x* x)
DEFINE(clip, x < alpha ? alpha : (x > beta ? beta : x))
DEFINE(reciprocal, 1.0f / x)
DEFINE(sqrt, er_sqrtf(x))
DEFINE(rsqrt, 1.0f / er_sqrtf(x))
DEFINE(exp, er_expf(x))
DEFINE(log, er_logf(x))
DEFINE(sin, er_sinf(x))
DEFINE(cos, er_cosf(x))
DEFINE(tan, er_tanf(x))
DEFINE(asin, er_asinf(x))
DEFINE(acos, er_acosf(x))
DEFINE(atan, er_atanf(x))
DEFINE(sinh, er_sinhf(x))
DEFINE(cosh, er_coshf(x))
DEFINE(tanh, er_tanhf(x))
DEFINE(asinh, er_asinhf(x))
DEFINE(acosh, er_acoshf(x))
DEFINE(atanh, er_atanhf(x))
DEFINE(sigmoid, er_sigmoidf(x))
DEFINE(erf, er_erff(x))
DEFINE(floor, er_floorf(x))
DEFINE(ceil, er_ceilf(x))
DEFINE(round, er_rintf(x))
DEFINE(softplus, er_softplusf(x))
DEFINE(softsign, x / (1.0f + er_fabsf(x)))
DEFINE(hard_swish, x* apply_clip(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f))
DEFINE(gelu, 0.5f * x * (1.0f + er_erff(x * 0.70710678f)))
DEFINE(gelu_tanh, 0.5f * x * (1.0f + er_tanhf(0.79788456f * (x + 0.044715f * x * x * x))))
DEFINE(leaky_relu, x < 0.0f ? alpha * x : x)
DEFINE(elu, x < 0.0f ? alpha * er_expm1f(x) : x)
DEFINE(selu, beta*(x < 0.0f ? alpha * er_expm1f(x) : x))
DEFINE(celu, x < 0.0f ? alpha * er_expm1f(x / alpha) : x)
DEFINE(hard_sigmoid, apply_clip(alpha* x + beta, 0.0f, 1.0f))
DEFINE(thresholded_relu, x > alpha ? x : 0.0f)
DEFINE(shrink, x < -alpha ? x + beta : (x > alpha ? x - beta : 0.0f))
DEFINE(swish, x* er_sigmoidf(alpha* x))
DEFINE(is_nan, x != x ? 1.0f : 0.0f)
DEFINE(is_inf,
       (x == ER_INFINITY && beta != 0.0f) || (x == -ER_INFINITY && alpha != 0.0f) ? 1.0f : 0.0f)

// x tanh(log(1 + e^x)) without its logarithm: tanh(log(u)) = (u^2 - 1) / (u^2 + 1).
static float apply_mish(float x, float alpha, float beta) {
  (void)alpha;
  (void)beta;
  if (x > 20.0f) return x;
  const float e = er_expf(x);
  const float n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

// Not of floats: validate refuses them.
#define apply_not NULL
#define apply_bit_not NULL

static function_t* const kFunctions[] = {
#define ER_UNARY(number, name) [number] = apply_##name,
#include "firmware/kernels/unary/functions.inc"
#undef ER_UNARY
};

float er_unary_f32(int32_t function, float x, float alpha, float beta) {
  return kFunctions[function](x, alpha, beta);
}

void er_unary_f32_ref(const er_kernel_call_t* call) {
  const er_unary_f32_params_t* p = (const er_unary_f32_params_t*)call->params;
  const float* x = (const float*)call->in[0];
  const float alpha = p->alpha, beta = p->beta;
  if (p->function == ER_UNARY_is_nan || p->function == ER_UNARY_is_inf) {
    uint8_t* y = (uint8_t*)call->out[0];
    for (int32_t i = 0; i < p->count; i++) {
      y[i] = er_unary_f32(p->function, x[i], alpha, beta) != 0.0f;
    }
    return;
  }
  float* y = (float*)call->out[0];
  if (p->function == ER_UNARY_clip) {  // relu and its kin: worth a loop without calls
    for (int32_t i = 0; i < p->count; i++) y[i] = apply_clip(x[i], alpha, beta);
    return;
  }
  function_t* const function = kFunctions[p->function];
  for (int32_t i = 0; i < p->count; i++) y[i] = er_one_nan(function(x[i], alpha, beta));
}
