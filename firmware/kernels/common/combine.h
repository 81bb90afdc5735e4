// How a scattered update meets what is there already.
#ifndef FIRMWARE_KERNELS_COMMON_COMBINE_H_
#define FIRMWARE_KERNELS_COMMON_COMBINE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  ER_COMBINE_REPLACE = 0,  // any element type
  ER_COMBINE_ADD = 1,      // these: float32, int32, int64; integers wrap
  ER_COMBINE_MUL = 2,
  ER_COMBINE_MIN = 3,  // NaN in either operand wins
  ER_COMBINE_MAX = 4,
} er_combine_t;

// to[i] = combine(to[i], from[i]) for `count` elements of `dtype`.
void er_combine_elements(int32_t combine, int32_t dtype, void* to, const void* from, int32_t count);

// The combination is known and possible for the type.
const char* er_check_combine(int32_t combine, int32_t dtype);

#ifdef __cplusplus
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_COMBINE_H_
