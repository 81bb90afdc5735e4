#include "firmware/kernels/common/copy.h"
#include "firmware/kernels/gather_elements/gather_elements.h"

void er_gather_elements_any_ref(const er_kernel_call_t* call) {
  const er_gather_elements_params_t* p = (const er_gather_elements_params_t*)call->params;
  const int32_t width = p->element_bytes;
  const uint8_t* x = (const uint8_t*)call->in[0];
  uint8_t* y = (uint8_t*)call->out[0];
  er_element_walk_t walk = {{0}, 0};
  do {
    er_copy_element(y, x + er_element_walk_target(&walk, &p->walk, call->in[1]) * width, width);
    y += width;
  } while (er_element_walk_next(&walk, &p->walk));
}
