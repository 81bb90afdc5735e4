#include "firmware/kernels/common/slice_index.h"

#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/operand_check.h"

int32_t er_slice_index_target(const er_slice_index_shape_t* s, const void* indices, int32_t batch,
                              int32_t number) {
  const int32_t first = (batch * s->count + number) * s->depth;
  int32_t slice = batch;
  for (int32_t d = 0; d < s->depth; d++) {
    const int32_t index = er_read_index(indices, s->index_dtype, first + d);
    slice = slice * s->dims[d] + er_valid_index(index, s->dims[d]);
  }
  return slice * s->run;
}

const char* er_check_slice_index(const er_slice_index_shape_t* s,
                                 const er_package_tensor_t* indices) {
  if (s->depth < 1 || s->depth > ER_SLICE_INDEX_DEPTH) return "index tuples of impossible length";
  const int32_t extents[] = {s->batch, s->count, s->run};
  ER_REQUIRE(er_check_extents(extents, 3));
  ER_REQUIRE(er_check_extents(s->dims, (uint32_t)s->depth));
  const int32_t counts[] = {s->batch, s->count, s->depth};
  return er_check_indices(indices, s->index_dtype, er_product(counts, 3));
}

uint64_t er_slice_index_elements(const er_slice_index_shape_t* s) {
  const uint64_t slices = er_product(s->dims, (uint32_t)s->depth);
  // Larger than any tensor; the product below cannot overflow under it.
  if (slices >= (1u << 28)) return UINT64_MAX;
  const int32_t extents[] = {s->batch, (int32_t)slices, s->run};
  return er_product(extents, 3);
}

uint64_t er_slice_index_slices(const er_slice_index_shape_t* s) {
  const int32_t extents[] = {s->batch, s->count, s->run};
  return er_product(extents, 3);
}
