// A tensor around one of its dimensions: [outer, depth, inner], contiguous.
#ifndef FIRMWARE_KERNELS_COMMON_AXIS_H_
#define FIRMWARE_KERNELS_COMMON_AXIS_H_

#include <stdint.h>

#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t outer, depth, inner;
} er_axis_t;

// Elements of a tensor with `depth` of them along the axis; sizes must have been checked.
uint64_t er_axis_elements(const er_axis_t* axis, int32_t depth);

// The sizes are in range, the tensor is there and has the shape and type.
const char* er_check_axis(const er_axis_t* axis, const er_package_tensor_t* t, int32_t dtype);

// The first element of line `line` of outer * inner lines along the axis; `depth` may be another
// than the shape's, for an output.
static inline int32_t er_axis_start(const er_axis_t* axis, int32_t line, int32_t depth) {
  return line / axis->inner * depth * axis->inner + line % axis->inner;
}

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_AXIS_H_
