#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/trilu/trilu.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_trilu_params_t* p = (const er_trilu_params_t*)o->params;
  const int32_t dims[] = {p->count, p->rows, p->cols};
  ER_REQUIRE(er_check_counts(o, 1, 1));
  ER_REQUIRE(er_check_extents(dims, 3));
  if (p->k < -ER_MAX_EXTENT || p->k > ER_MAX_EXTENT) return "the diagonal is out of range";
  const uint64_t elements = er_product(dims, 3);
  ER_REQUIRE(er_check_width(o->in[0], p->element_bytes, elements, "input does not fit params"));
  return er_check_width(o->out[0], p->element_bytes, elements, "output does not fit params");
}

extern const er_kernel_traits_t er_trilu_any_traits;
const er_kernel_traits_t er_trilu_any_traits = {sizeof(er_trilu_params_t), validate, NULL};
