// Conversions between real and quantized values; one input, one output, `count` elements.
//   quantize    q = clamp(round_half_away(x / scale) + zero_point, -128, 127)
//   dequantize  x = scale * (q - zero_point)
//   requantize  q' = clamp(MultiplyByQuantizedMultiplier(q + input_offset) + output_offset)
#ifndef FIRMWARE_KERNELS_QUANTIZE_QUANTIZE_H_
#define FIRMWARE_KERNELS_QUANTIZE_QUANTIZE_H_

#include "firmware/kernels/common/axis.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count;
  float scale;
  int32_t zero_point;
} er_quantize_params_t;  // of quantize and dequantize

typedef struct {
  int32_t count;
  int32_t input_offset, output_offset;
  int32_t multiplier, shift;
} er_requantize_s8_params_t;

// Further operands: scales (float32) and zero points (int32), one per slice of the axis's depth.
typedef struct {
  er_axis_t axis;
  int32_t dtype;         // of the integers: int8, uint8, int16; dequantize also int32
  int32_t half_to_even;  // of quantize; else away from zero
} er_quantize_any_params_t;

typedef struct {
  int32_t count;
  int32_t from, to;  // int8, uint8, int16; from also int32
  int32_t input_offset, output_offset;
  int32_t multiplier, shift;
} er_requantize_any_params_t;

void er_quantize_any_ref(const er_kernel_call_t* call);
void er_dequantize_any_ref(const er_kernel_call_t* call);
void er_requantize_any_ref(const er_kernel_call_t* call);

void er_quantize_f32_s8_ref(const er_kernel_call_t* call);
void er_dequantize_s8_f32_ref(const er_kernel_call_t* call);
void er_requantize_s8_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_QUANTIZE_QUANTIZE_H_
