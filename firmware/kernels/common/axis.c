#include "firmware/kernels/common/axis.h"

#include "firmware/kernels/common/operand_check.h"

uint64_t er_axis_elements(const er_axis_t* axis, int32_t depth) {
  const int32_t sizes[] = {axis->outer, depth, axis->inner};
  return er_product(sizes, 3);
}

const char* er_check_axis(const er_axis_t* axis, const er_package_tensor_t* t, int32_t dtype) {
  const int32_t sizes[] = {axis->outer, axis->depth, axis->inner};
  ER_REQUIRE(er_check_extents(sizes, 3));
  return er_check_tensor(t, (er_dtype_t)dtype, er_axis_elements(axis, axis->depth),
                         "operand does not fit params");
}
