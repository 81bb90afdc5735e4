#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/reverse_sequence/reverse_sequence.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_reverse_sequence_params_t* p = (const er_reverse_sequence_params_t*)o->params;
  const int32_t extents[] = {p->outer, p->first, p->middle, p->second, p->run_bytes};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(extents, 5));
  const uint64_t bytes = er_product(extents, 5);
  if (!o->in[0] || !o->out[0] || o->in[0]->bytes != bytes || o->out[0]->bytes != bytes ||
      bytes >= (1u << 28)) {
    return "input or output does not fit params";
  }
  const int32_t batch = p->batch_is_first ? p->first : p->second;
  return er_check_indices(o->in[1], p->index_dtype, (uint64_t)batch);
}

extern const er_kernel_traits_t er_reverse_sequence_any_traits;
const er_kernel_traits_t er_reverse_sequence_any_traits = {sizeof(er_reverse_sequence_params_t),
                                                           validate, NULL};
