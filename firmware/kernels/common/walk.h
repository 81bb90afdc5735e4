// Walking over up to three tensors at once, each with its own strides: broadcasting, reductions and
// transposed access without a loop per case.
#ifndef FIRMWARE_KERNELS_COMMON_WALK_H_
#define FIRMWARE_KERNELS_COMMON_WALK_H_

#include <stdint.h>

#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_WALK_RANK 6
#define ER_WALK_TENSORS 3

typedef struct {
  int32_t rank;                                    // 1 .. 6
  int32_t dims[ER_WALK_RANK];                      // those below rank: 1 or more
  int32_t strides[ER_WALK_TENSORS][ER_WALK_RANK];  // in elements, 0 or more
} er_walk_shape_t;

typedef struct {
  int32_t index[ER_WALK_RANK];
  int32_t offset[ER_WALK_TENSORS];  // in elements
} er_walk_t;

// The first position; offsets count from `base`, one per tensor, or from 0 where it is NULL.
void er_walk_start(er_walk_t* walk, const int32_t* base);

// The next position of the first `rank` dimensions in row-major order; 0 when there is none left.
int er_walk_next(er_walk_t* walk, const er_walk_shape_t* shape, int32_t rank);

// Rank, sizes and strides are in range. To be asked before the two that follow.
const char* er_check_walk(const er_walk_shape_t* shape);
// Positions.
uint64_t er_walk_count(const er_walk_shape_t* shape);
// The largest offset into tensor `t`.
uint64_t er_walk_reach(const er_walk_shape_t* shape, uint32_t t);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_WALK_H_
