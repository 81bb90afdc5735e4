// Hybrid layers ("h8"): float activations, int8 weights. Each run quantizes the activations, sums
// products in int32 and scales the sums back, in the order of operations of TFLite's hybrid
// kernels.
//
// Symmetric: scale = max|x| / 127, zero point 0, q in -127 .. 127. Asymmetric: scale = (max - min)
// / 255 over a range that contains 0, q in -128 .. 127. Rounding is half away from zero. An output
// is clamp(float(sum (q - zero_point) * w) * (scale * weight_scale) + bias).
#ifndef FIRMWARE_KERNELS_COMMON_DYNAMIC_QUANTIZE_H_
#define FIRMWARE_KERNELS_COMMON_DYNAMIC_QUANTIZE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  float scale;  // > 0; 1 where all values are zero
  int32_t zero_point;
} er_dynamic_scale_t;

// Writes `count` >= 1 int8 values. NaN counts as zero.
er_dynamic_scale_t er_quantize_dynamic(const float* x, int32_t count, int32_t asymmetric,
                                       int8_t* q);

// What is the same for all outputs of one quantized input.
typedef struct {
  float input_scale;
  const float* weight_scales;  // one per output channel
  const float* bias;           // one per output channel, or NULL
  float act_min, act_max;
} er_hybrid_outputs_t;

static inline float er_hybrid_output(const er_hybrid_outputs_t* o, int32_t channel, int32_t acc) {
  float y = (float)acc * (o->input_scale * o->weight_scales[channel]);
  if (o->bias) y += o->bias[channel];
  if (y < o->act_min) y = o->act_min;
  if (y > o->act_max) y = o->act_max;
  return y;
}

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_DYNAMIC_QUANTIZE_H_
