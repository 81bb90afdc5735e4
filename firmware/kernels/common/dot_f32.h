// Inner product of floats in one fixed order of additions, the same on every machine.
#ifndef FIRMWARE_KERNELS_COMMON_DOT_F32_H_
#define FIRMWARE_KERNELS_COMMON_DOT_F32_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Four partial sums, so that additions need not wait for each other; count >= 0.
float er_dot_f32(const float* a, const float* b, int32_t count);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_DOT_F32_H_
