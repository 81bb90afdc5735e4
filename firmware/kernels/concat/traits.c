#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/concat/concat.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_concat_params_t* p = (const er_concat_params_t*)o->params;
  ER_REQUIRE(er_check_extents(&p->outer, 1));
  if (p->parts < 1 || p->parts > ER_KERNEL_MAX_OPERANDS) return "the number of parts is impossible";
  ER_REQUIRE(er_check_counts(o, (uint32_t)p->parts, 1));
  ER_REQUIRE(er_check_extents(p->run_bytes, (uint32_t)p->parts));
  uint64_t total = 0;
  for (int32_t i = 0; i < p->parts; i++) {
    const uint64_t bytes = (uint64_t)p->outer * (uint64_t)p->run_bytes[i];
    if (!o->in[i] || o->in[i]->bytes != bytes) return "a part does not fit params";
    total += bytes;
  }
  return o->out[0] && o->out[0]->bytes == total && total < (1u << 28)
             ? NULL
             : "output does not fit params";
}

extern const er_kernel_traits_t er_concat_any_traits;
const er_kernel_traits_t er_concat_any_traits = {sizeof(er_concat_params_t), validate, NULL};
