// Joins up to 16 tensors along one dimension. Operands: in parts of any type; out y of as many
// bytes. y is `outer` times: run_bytes[0] of part 0, run_bytes[1] of part 1, …
#ifndef FIRMWARE_KERNELS_CONCAT_CONCAT_H_
#define FIRMWARE_KERNELS_CONCAT_CONCAT_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t outer;
  int32_t parts;
  int32_t run_bytes[ER_KERNEL_MAX_OPERANDS];
} er_concat_params_t;

void er_concat_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_CONCAT_CONCAT_H_
