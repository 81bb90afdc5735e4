// y = x, byte for byte, whatever the element type.
#ifndef FIRMWARE_KERNELS_COPY_COPY_H_
#define FIRMWARE_KERNELS_COPY_COPY_H_

#include "firmware/kernels/kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t bytes;
} er_copy_params_t;

void er_copy_any_ref(const er_kernel_call_t* call);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COPY_COPY_H_
