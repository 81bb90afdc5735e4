#include "firmware/kernels/common/combine.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/scatter_elements/scatter_elements.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_scatter_elements_params_t* p = (const er_scatter_elements_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 1));
  ER_REQUIRE(er_check_element_walk(&p->walk, o->in[1]));
  ER_REQUIRE(er_check_combine(p->combine, p->dtype));
  const uint64_t elements = er_product(p->walk.x_dims, ER_ELEMENT_WALK_DIMS);
  const uint64_t updates = er_product(p->walk.index_dims, ER_ELEMENT_WALK_DIMS);
  const er_dtype_t dtype = (er_dtype_t)p->dtype;
  ER_REQUIRE(er_check_small(o->in[0], dtype, elements, "input does not fit params"));
  ER_REQUIRE(er_check_small(o->in[2], dtype, updates, "updates do not fit params"));
  return er_check_small(o->out[0], dtype, elements, "output does not fit params");
}

extern const er_kernel_traits_t er_scatter_elements_any_traits;
const er_kernel_traits_t er_scatter_elements_any_traits = {sizeof(er_scatter_elements_params_t),
                                                           validate, NULL};
