#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/gather_elements/gather_elements.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_gather_elements_params_t* p = (const er_gather_elements_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_element_walk(&p->walk, o->in[1]));
  ER_REQUIRE(er_check_width(o->in[0], p->element_bytes,
                            er_product(p->walk.x_dims, ER_ELEMENT_WALK_DIMS),
                            "input does not fit params"));
  return er_check_width(o->out[0], p->element_bytes,
                        er_product(p->walk.index_dims, ER_ELEMENT_WALK_DIMS),
                        "output does not fit params");
}

extern const er_kernel_traits_t er_gather_elements_any_traits;
const er_kernel_traits_t er_gather_elements_any_traits = {sizeof(er_gather_elements_params_t),
                                                          validate, NULL};
