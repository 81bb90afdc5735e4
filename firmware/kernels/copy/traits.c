#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/copy/copy.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_copy_params_t* p = (const er_copy_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  if (!o->in[0] || o->in[0]->bytes != p->bytes) return "input does not fit params";
  if (!o->out[0] || o->out[0]->bytes != p->bytes) return "output does not fit params";
  return NULL;
}

extern const er_kernel_traits_t er_copy_any_traits;
const er_kernel_traits_t er_copy_any_traits = {sizeof(er_copy_params_t), validate, NULL};
