#include "firmware/kernels/common/combine.h"
#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/scatter_elements/scatter_elements.h"

void er_scatter_elements_any_ref(const er_kernel_call_t* call) {
  const er_scatter_elements_params_t* p = (const er_scatter_elements_params_t*)call->params;
  const int32_t width = (int32_t)er_element_bytes(p->dtype);
  const int32_t elements = (int32_t)er_product(p->walk.x_dims, ER_ELEMENT_WALK_DIMS);
  uint8_t* y = (uint8_t*)call->out[0];
  const uint8_t* update = (const uint8_t*)call->in[2];
  er_copy_bytes(y, call->in[0], elements * width);
  er_element_walk_t walk = {{0}, 0};
  do {
    const int32_t target = er_element_walk_target(&walk, &p->walk, call->in[1]);
    er_combine_elements(p->combine, p->dtype, y + target * width, update, 1);
    update += width;
  } while (er_element_walk_next(&walk, &p->walk));
}
