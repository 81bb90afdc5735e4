#include <string.h>

#include "firmware/kernels/where/where.h"

void er_where_any_ref(const er_kernel_call_t* call) {
  const er_where_params_t* p = (const er_where_params_t*)call->params;
  const uint8_t* condition = (const uint8_t*)call->in[0];
  const size_t bytes = (size_t)p->element_bytes;
  uint8_t* y = (uint8_t*)call->out[0];
  er_walk_t walk;
  er_walk_start(&walk, NULL);
  do {
    const int chosen = condition[walk.offset[0]] ? 1 : 2;
    memmove(y, (const uint8_t*)call->in[chosen] + (size_t)walk.offset[chosen] * bytes, bytes);
    y += bytes;
  } while (er_walk_next(&walk, &p->walk, p->walk.rank));
}
