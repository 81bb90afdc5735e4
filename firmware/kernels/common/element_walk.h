// Walking over an index tensor that names elements of another one along one axis; what
// gather_elements and scatter_elements share.
#ifndef FIRMWARE_KERNELS_COMMON_ELEMENT_WALK_H_
#define FIRMWARE_KERNELS_COMMON_ELEMENT_WALK_H_

#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_ELEMENT_WALK_DIMS 6

typedef struct {
  int32_t axis;                              // 0 .. 5
  int32_t x_dims[ER_ELEMENT_WALK_DIMS];      // 1 beyond the rank
  int32_t index_dims[ER_ELEMENT_WALK_DIMS];  // at most x_dims, but for the axis
  int32_t index_dtype;                       // er_dtype_t
} er_element_walk_shape_t;

typedef struct {
  int32_t index[ER_ELEMENT_WALK_DIMS];
  int32_t number;     // of the element in the index tensor
} er_element_walk_t;  // zeroed before the first element

// The number of the element of x that the current index names.
int32_t er_element_walk_target(const er_element_walk_t* walk, const er_element_walk_shape_t* shape,
                               const void* indices);

// 0 after the last element.
int er_element_walk_next(er_element_walk_t* walk, const er_element_walk_shape_t* shape);

// Dimensions and axis are possible, and `indices` is of index_dims.
const char* er_check_element_walk(const er_element_walk_shape_t* shape,
                                  const er_package_tensor_t* indices);

#ifdef __cplusplus
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_ELEMENT_WALK_H_
