// Index tuples that name slices of a tensor; what gather_nd and scatter_nd share.
#ifndef FIRMWARE_KERNELS_COMMON_SLICE_INDEX_H_
#define FIRMWARE_KERNELS_COMMON_SLICE_INDEX_H_

#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_SLICE_INDEX_DEPTH 6

// indices[batch, count, depth] into x[batch, dims[0], …, dims[depth - 1], run].
typedef struct {
  int32_t batch, count;
  int32_t depth;  // 1 .. 6
  int32_t dims[ER_SLICE_INDEX_DEPTH];
  int32_t run;          // elements
  int32_t index_dtype;  // er_dtype_t
} er_slice_index_shape_t;

// The first element of the slice that index tuple `number` of `batch` names.
int32_t er_slice_index_target(const er_slice_index_shape_t* shape, const void* indices,
                              int32_t batch, int32_t number);

// Extents are possible, and `indices` has as many elements as they say.
const char* er_check_slice_index(const er_slice_index_shape_t* shape,
                                 const er_package_tensor_t* indices);

// Elements of x, and of all named slices, of a checked shape.
uint64_t er_slice_index_elements(const er_slice_index_shape_t* shape);
uint64_t er_slice_index_slices(const er_slice_index_shape_t* shape);

#ifdef __cplusplus
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_SLICE_INDEX_H_
