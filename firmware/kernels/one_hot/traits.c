#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/one_hot/one_hot.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_one_hot_params_t* p = (const er_one_hot_params_t*)o->params;
  const int32_t out[] = {p->outer, p->depth, p->inner};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(out, 3));
  ER_REQUIRE(er_check_indices(o->in[0], p->index_dtype, (uint64_t)p->outer * (uint64_t)p->inner));
  ER_REQUIRE(er_check_width(o->in[1], p->element_bytes, 2, "values are not two elements"));
  return er_check_width(o->out[0], p->element_bytes, er_product(out, 3),
                        "output does not fit params");
}

extern const er_kernel_traits_t er_one_hot_any_traits;
const er_kernel_traits_t er_one_hot_any_traits = {sizeof(er_one_hot_params_t), validate, NULL};
