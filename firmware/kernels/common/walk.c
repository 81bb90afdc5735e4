#include "firmware/kernels/common/walk.h"

#include "firmware/kernels/common/operand_check.h"

void er_walk_start(er_walk_t* walk, const int32_t* base) {
  for (int32_t d = 0; d < ER_WALK_RANK; d++) walk->index[d] = 0;
  for (int32_t t = 0; t < ER_WALK_TENSORS; t++) walk->offset[t] = base ? base[t] : 0;
}

int er_walk_next(er_walk_t* walk, const er_walk_shape_t* shape, int32_t rank) {
  for (int32_t d = rank - 1; d >= 0; d--) {
    const int last = ++walk->index[d] == shape->dims[d];
    const int32_t steps = last ? 1 - shape->dims[d] : 1;
    for (int32_t t = 0; t < ER_WALK_TENSORS; t++) walk->offset[t] += steps * shape->strides[t][d];
    if (!last) return 1;
    walk->index[d] = 0;
  }
  return 0;
}

const char* er_check_walk(const er_walk_shape_t* shape) {
  if (shape->rank < 1 || shape->rank > ER_WALK_RANK) return "the rank in the params is wrong";
  ER_REQUIRE(er_check_extents(shape->dims, (uint32_t)shape->rank));
  for (int32_t t = 0; t < ER_WALK_TENSORS; t++) {
    for (int32_t d = 0; d < shape->rank; d++) {
      const int32_t stride = shape->strides[t][d];
      if (stride < 0 || stride > ER_MAX_EXTENT) return "a stride in the params is out of range";
    }
    if (er_walk_reach(shape, (uint32_t)t) >= (1u << 28)) return "the strides reach too far";
  }
  return NULL;
}

uint64_t er_walk_count(const er_walk_shape_t* shape) {
  return er_product(shape->dims, (uint32_t)shape->rank);
}

uint64_t er_walk_reach(const er_walk_shape_t* shape, uint32_t t) {
  uint64_t reach = 0;
  for (int32_t d = 0; d < shape->rank; d++) {
    reach += (uint64_t)(shape->dims[d] - 1) * (uint64_t)shape->strides[t][d];
  }
  return reach;
}
