// Adds elements around a tensor, or takes some away (negative paddings).
// Operands: in x, value (one element) or absent; out y. Elements of element_bytes, any type.
// Where value is absent, the low element_bytes of fill are it.
#ifndef FIRMWARE_KERNELS_PAD_PAD_H_
#define FIRMWARE_KERNELS_PAD_PAD_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_PAD_DIMS 6

typedef enum {
  ER_PAD_CONSTANT = 0,
  ER_PAD_REFLECT = 1,    // c b | a b c | b a
  ER_PAD_SYMMETRIC = 2,  // b a | a b c | c b
  ER_PAD_EDGE = 3,       // a a | a b c | c c
  ER_PAD_WRAP = 4,       // b c | a b c | a b
} er_pad_mode_t;

typedef struct {
  int32_t element_bytes;  // 1, 2, 4 or 8
  int32_t mode;           // er_pad_mode_t
  int32_t in_dims[ER_PAD_DIMS];
  int32_t out_dims[ER_PAD_DIMS];
  int32_t before[ER_PAD_DIMS];
  int32_t fill[2];
} er_pad_params_t;

void er_pad_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_PAD_PAD_H_
