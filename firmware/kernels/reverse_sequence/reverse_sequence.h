// The first lengths[b] elements of each sequence in reverse order, the others as they are.
// Operands: in x[a, first, c, second, run], lengths[batch]; out y of x's shape. One of `first` and
// `second` is the batch, the other the time. Any element type; lengths are limited to the time.
#ifndef FIRMWARE_KERNELS_REVERSE_SEQUENCE_REVERSE_SEQUENCE_H_
#define FIRMWARE_KERNELS_REVERSE_SEQUENCE_REVERSE_SEQUENCE_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t outer, first, middle, second;
  int32_t run_bytes;
  int32_t batch_is_first;  // 1: `first` is the batch; 0: `second` is
  int32_t index_dtype;     // er_dtype_t of the lengths
} er_reverse_sequence_params_t;

void er_reverse_sequence_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_REVERSE_SEQUENCE_REVERSE_SEQUENCE_H_
