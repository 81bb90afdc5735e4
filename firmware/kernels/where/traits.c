#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/where/where.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_where_params_t* p = (const er_where_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(er_check_walk(&p->walk));
  const er_package_tensor_t* y = o->out[0];
  if (!y || er_element_bytes(y->dtype) != (uint32_t)p->element_bytes ||
      y->bytes != er_walk_count(&p->walk) * (uint32_t)p->element_bytes) {
    return "output does not fit params";
  }
  for (uint32_t i = 0; i < 3; i++) {
    const er_package_tensor_t* t = o->in[i];
    const int32_t dtype = i == 0 ? ER_DTYPE_BOOL : y->dtype;
    const uint64_t bytes = (er_walk_reach(&p->walk, i) + 1) * er_element_bytes(dtype);
    if (!t || t->dtype != dtype || bytes > t->bytes) return "input does not fit params";
  }
  return NULL;
}

extern const er_kernel_traits_t er_where_any_traits;
const er_kernel_traits_t er_where_any_traits = {sizeof(er_where_params_t), validate, NULL};
