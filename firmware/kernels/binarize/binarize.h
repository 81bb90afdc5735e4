// Between numbers and bits.
//
//   binarize    f32: bit = x >= 0, or x > 0 where `strict`; -0 is 0, NaN gives 0
//               s8:  bit = x >= threshold
//   unbinarize  y = 2 * bit - 1 of ER_DTYPE_S1, y = bit of ER_DTYPE_U1, as float32
//
// Operands: in x, out y; one of them numbers [rows, columns], the other bits, packed by row.
#ifndef FIRMWARE_KERNELS_BINARIZE_BINARIZE_H_
#define FIRMWARE_KERNELS_BINARIZE_BINARIZE_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, columns;
  int32_t strict;  // 0 or 1
} er_binarize_f32_params_t;

typedef struct {
  int32_t rows, columns;
  int32_t threshold;
} er_binarize_s8_params_t;

typedef struct {
  int32_t rows, columns;
  int32_t low;  // what a bit of 0 stands for: -1 or 0
} er_unbinarize_s1_params_t;

void er_binarize_f32_ref(const er_kernel_call_t* call);
void er_binarize_s8_ref(const er_kernel_call_t* call);
void er_unbinarize_s1_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_BINARIZE_BINARIZE_H_
