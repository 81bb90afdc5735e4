#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/gather_nd/gather_nd.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_gather_nd_params_t* p = (const er_gather_nd_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_slice_index(&p->shape, o->in[1]));
  ER_REQUIRE(er_check_width(o->in[0], p->element_bytes, er_slice_index_elements(&p->shape),
                            "input does not fit params"));
  return er_check_width(o->out[0], p->element_bytes, er_slice_index_slices(&p->shape),
                        "output does not fit params");
}

extern const er_kernel_traits_t er_gather_nd_any_traits;
const er_kernel_traits_t er_gather_nd_any_traits = {sizeof(er_gather_nd_params_t), validate, NULL};
