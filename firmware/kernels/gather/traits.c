#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/gather/gather.h"

static const char* check_bytes(const er_package_tensor_t* t, uint64_t bytes) {
  return t && t->bytes == bytes && bytes < (1u << 28) ? NULL : "a tensor does not fit params";
}

static const char* validate(const er_kernel_operands_t* o) {
  const er_gather_params_t* p = (const er_gather_params_t*)o->params;
  const int32_t in[] = {p->batch, p->outer, p->size, p->run_bytes};
  const int32_t out[] = {p->batch, p->outer, p->count, p->run_bytes};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(in, 4));
  ER_REQUIRE(er_check_extents(out, 4));
  ER_REQUIRE(check_bytes(o->in[0], er_product(in, 4)));
  ER_REQUIRE(er_check_indices(o->in[1], p->index_dtype, (uint64_t)p->batch * (uint64_t)p->count));
  return check_bytes(o->out[0], er_product(out, 4));
}

extern const er_kernel_traits_t er_gather_any_traits;
const er_kernel_traits_t er_gather_any_traits = {sizeof(er_gather_params_t), validate, NULL};
