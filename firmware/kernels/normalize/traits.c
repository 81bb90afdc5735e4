#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/normalize/normalize.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_normalize_params_t* p = (const er_normalize_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 3, 3));
  if (p->mode < 0 || p->mode > ER_NORMALIZE_L2) return "there is no such mode";
  ER_REQUIRE(er_check_walk(&p->kept));
  ER_REQUIRE(er_check_walk(&p->within));
  if (!o->in[0] || !o->out[0]) return "an operand is missing";
  const er_package_tensor_t* walked[] = {o->in[0], o->in[1], o->in[2], o->out[0]};
  for (uint32_t i = 0; i < 4; i++) {
    const er_package_tensor_t* t = walked[i];
    const uint32_t strides = i == 3 ? 0 : i;
    const uint64_t last = er_walk_reach(&p->kept, strides) + er_walk_reach(&p->within, strides);
    if (t && (t->dtype != ER_DTYPE_F32 || (last + 1) * sizeof(float) > t->bytes)) {
      return "operand does not fit params";
    }
  }
  for (uint32_t i = 1; i < 3; i++) {
    if (!o->out[i]) continue;
    ER_REQUIRE(er_check_tensor(o->out[i], ER_DTYPE_F32, er_walk_count(&p->kept),
                               "output does not fit params"));
  }
  return NULL;
}

extern const er_kernel_traits_t er_normalize_f32_traits;
const er_kernel_traits_t er_normalize_f32_traits = {sizeof(er_normalize_params_t), validate, NULL};
