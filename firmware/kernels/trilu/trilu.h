// The upper (columns >= row + k) or lower (columns <= row + k) triangle of each matrix; the rest
// becomes the low element_bytes of fill. Operands: in x[count, rows, cols]; out y. Any type.
#ifndef FIRMWARE_KERNELS_TRILU_TRILU_H_
#define FIRMWARE_KERNELS_TRILU_TRILU_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t count, rows, cols;
  int32_t element_bytes;
  int32_t upper;
  int32_t k;  // +-ER_MAX_EXTENT
  int32_t fill[2];
} er_trilu_params_t;

void er_trilu_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_TRILU_TRILU_H_
