#include "firmware/kernels/bucketize/bucketize.h"
#include "firmware/kernels/common/operand_check.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_bucketize_params_t* p = (const er_bucketize_params_t*)o->params;
  const int32_t sizes[] = {p->count, p->boundaries};
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(sizes, 2));
  if (p->dtype != ER_DTYPE_F32 && p->dtype != ER_DTYPE_S32 && p->dtype != ER_DTYPE_S64) {
    return "the element type in the params is none that has buckets";
  }
  const uint64_t n = (uint64_t)p->count;
  ER_REQUIRE(er_check_tensor(o->in[0], (er_dtype_t)p->dtype, n, "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_F32, (uint64_t)p->boundaries,
                             "boundaries do not fit params"));
  return er_check_tensor(o->out[0], ER_DTYPE_S32, n, "output does not fit params");
}

extern const er_kernel_traits_t er_bucketize_any_traits;
const er_kernel_traits_t er_bucketize_any_traits = {sizeof(er_bucketize_params_t), validate, NULL};
