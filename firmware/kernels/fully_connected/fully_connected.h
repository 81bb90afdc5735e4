// y[rows,out_features] = x[rows,in_features] * weights[out_features,in_features]^T + bias.
// Operands as in conv2d.h: s8 takes x, weights, bias or absent, multiplier[out_features],
// shift[out_features] (a per-tensor scale is repeated by the compiler); s16 likewise; h8 quantizes
// each row of x on its own.
// Operands cb:  in  x f32, codes u8[out_features, er_codebook_row_bytes], bias or absent,
//                   book[2^bits] f32
//               out y f32
// Weight i of an output is book[code]; codes of 4 bits lie two in a byte, the even one in its low
// half.
#ifndef FIRMWARE_KERNELS_FULLY_CONNECTED_FULLY_CONNECTED_H_
#define FIRMWARE_KERNELS_FULLY_CONNECTED_FULLY_CONNECTED_H_

#include "firmware/kernels/common/channel_sum_s16.h"
#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, in_features, out_features;
  int32_t input_offset;   // -input zero point
  int32_t output_offset;  // output zero point
  int32_t act_min, act_max;
} er_fully_connected_s8_params_t;

typedef struct {
  int32_t rows, in_features, out_features;
  er_channel_sum_s16_t sum;
} er_fully_connected_s16_params_t;

typedef struct {
  int32_t rows, in_features, out_features;
  float act_min, act_max;
} er_fully_connected_f32_params_t;

typedef struct {
  int32_t rows, in_features, out_features;
  int32_t asymmetric;
  float act_min, act_max;
} er_fully_connected_h8_params_t;

typedef struct {
  int32_t rows, in_features, out_features;
  int32_t bits;  // of a code: 4 or 8
  float act_min, act_max;
} er_fully_connected_cb_params_t;

static inline int32_t er_codebook_row_bytes(int32_t in_features, int32_t bits) {
  return bits == 8 ? in_features : (in_features + 1) / 2;
}

void er_fully_connected_s8_ref(const er_kernel_call_t* call);
void er_fully_connected_s8_armv7em(const er_kernel_call_t* call);
void er_fully_connected_s8_armv7em_quads(const er_kernel_call_t* call);
void er_fully_connected_s8_mve(const er_kernel_call_t* call);
void er_fully_connected_s16_ref(const er_kernel_call_t* call);
void er_fully_connected_f32_ref(const er_kernel_call_t* call);
void er_fully_connected_f32_mve(const er_kernel_call_t* call);
void er_fully_connected_h8_ref(const er_kernel_call_t* call);
void er_fully_connected_cb_ref(const er_kernel_call_t* call);
void er_fully_connected_cb_armv7em(const er_kernel_call_t* call);
void er_fully_connected_h8_armv7em(const er_kernel_call_t* call);

// Scratch bytes the kernel needs for this shape; the planner asks, the executor provides.
uint32_t er_fully_connected_s8_armv7em_scratch_bytes(const er_fully_connected_s8_params_t* params);
uint32_t er_fully_connected_s8_mve_scratch_bytes(const er_fully_connected_s8_params_t* params);
uint32_t er_fully_connected_h8_ref_scratch_bytes(const er_fully_connected_h8_params_t* params);
uint32_t er_fully_connected_h8_armv7em_scratch_bytes(const er_fully_connected_h8_params_t* params);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_FULLY_CONNECTED_FULLY_CONNECTED_H_
