#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/logistic/logistic.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_logistic_s16_params_t* p = (const er_logistic_s16_params_t*)o->params;
  const uint64_t n = (uint64_t)p->count;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  ER_REQUIRE(er_check_extents(&p->count, 1));
  if (p->multiplier < 0 || p->multiplier > INT16_MAX || p->shift < 0 || p->shift > 31) {
    return "the input's factor is out of range";
  }
  ER_REQUIRE(er_check_tensor(o->in[0], ER_DTYPE_S16, n, "input does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], ER_DTYPE_S16, ER_LOGISTIC_TABLE_ENTRIES,
                             "the table must have 256 int16"));
  return er_check_tensor(o->out[0], ER_DTYPE_S16, n, "output does not fit params");
}

extern const er_kernel_traits_t er_logistic_s16_traits;
const er_kernel_traits_t er_logistic_s16_traits = {sizeof(er_logistic_s16_params_t), validate,
                                                   NULL};
