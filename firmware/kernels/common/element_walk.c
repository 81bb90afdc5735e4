#include "firmware/kernels/common/element_walk.h"

#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/operand_check.h"

int32_t er_element_walk_target(const er_element_walk_t* walk, const er_element_walk_shape_t* shape,
                               const void* indices) {
  int32_t target = 0;
  for (int32_t d = 0; d < ER_ELEMENT_WALK_DIMS; d++) {
    int32_t at = walk->index[d];
    if (d == shape->axis) {
      at = er_valid_index(er_read_index(indices, shape->index_dtype, walk->number),
                          shape->x_dims[d]);
    }
    target = target * shape->x_dims[d] + at;
  }
  return target;
}

int er_element_walk_next(er_element_walk_t* walk, const er_element_walk_shape_t* shape) {
  walk->number++;
  for (int32_t d = ER_ELEMENT_WALK_DIMS - 1; d >= 0; d--) {
    if (++walk->index[d] < shape->index_dims[d]) return 1;
    walk->index[d] = 0;
  }
  return 0;
}

const char* er_check_element_walk(const er_element_walk_shape_t* s,
                                  const er_package_tensor_t* indices) {
  ER_REQUIRE(er_check_extents(s->x_dims, ER_ELEMENT_WALK_DIMS));
  ER_REQUIRE(er_check_extents(s->index_dims, ER_ELEMENT_WALK_DIMS));
  if (s->axis < 0 || s->axis >= ER_ELEMENT_WALK_DIMS) return "the axis is no dimension";
  for (int32_t d = 0; d < ER_ELEMENT_WALK_DIMS; d++) {
    if (d != s->axis && s->index_dims[d] > s->x_dims[d]) return "more indices than elements";
  }
  return er_check_indices(indices, s->index_dtype, er_product(s->index_dims, ER_ELEMENT_WALK_DIMS));
}
