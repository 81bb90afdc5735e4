#include "firmware/kernels/common/combine.h"

#include <stddef.h>

#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"

static float combine_f32(int32_t how, float a, float b) {
  if (how == ER_COMBINE_ADD) return a + b;
  if (how == ER_COMBINE_MUL) return a * b;
  if (a != a) return a;
  if (how == ER_COMBINE_MIN) return a < b ? a : b;
  return a > b ? a : b;
}

static int64_t combine_integer(int32_t how, int64_t a, int64_t b) {
  if (how == ER_COMBINE_ADD) return (int64_t)((uint64_t)a + (uint64_t)b);
  if (how == ER_COMBINE_MUL) return (int64_t)((uint64_t)a * (uint64_t)b);
  if (how == ER_COMBINE_MIN) return a < b ? a : b;
  return a > b ? a : b;
}

void er_combine_elements(int32_t how, int32_t dtype, void* to, const void* from, int32_t count) {
  if (how == ER_COMBINE_REPLACE) {
    er_copy_bytes(to, from, count * (int32_t)er_element_bytes(dtype));
    return;
  }
  for (int32_t i = 0; i < count; i++) {
    if (dtype == ER_DTYPE_F32) {
      ((float*)to)[i] = combine_f32(how, ((float*)to)[i], ((const float*)from)[i]);
    } else if (dtype == ER_DTYPE_S32) {
      // The low half of the 64-bit result is the wrapped 32-bit one.
      ((int32_t*)to)[i] = (int32_t)(uint32_t)(uint64_t)combine_integer(how, ((int32_t*)to)[i],
                                                                       ((const int32_t*)from)[i]);
    } else {
      ((int64_t*)to)[i] = combine_integer(how, ((int64_t*)to)[i], ((const int64_t*)from)[i]);
    }
  }
}

const char* er_check_combine(int32_t how, int32_t dtype) {
  if (how == ER_COMBINE_REPLACE) return NULL;
  if (how < ER_COMBINE_REPLACE || how > ER_COMBINE_MAX) return "unknown combination of updates";
  const int possible = dtype == ER_DTYPE_F32 || dtype == ER_DTYPE_S32 || dtype == ER_DTYPE_S64;
  return possible ? NULL : "updates of this type can only replace";
}
