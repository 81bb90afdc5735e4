#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/pad/pad.h"

static const char* validate(const er_kernel_operands_t* o) {
  const er_pad_params_t* p = (const er_pad_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 2, 1));
  if (p->mode < ER_PAD_CONSTANT || p->mode > ER_PAD_WRAP) return "unknown kind of padding";
  ER_REQUIRE(er_check_extents(p->in_dims, ER_PAD_DIMS));
  ER_REQUIRE(er_check_extents(p->out_dims, ER_PAD_DIMS));
  for (int32_t d = 0; d < ER_PAD_DIMS; d++) {
    if (p->before[d] < -ER_MAX_EXTENT || p->before[d] > ER_MAX_EXTENT) {
      return "a padding is out of range";
    }
  }
  ER_REQUIRE(er_check_width(o->in[0], p->element_bytes, er_product(p->in_dims, ER_PAD_DIMS),
                            "input does not fit params"));
  if (o->in[1]) {
    ER_REQUIRE(er_check_width(o->in[1], p->element_bytes, 1, "value is not one element"));
  }
  return er_check_width(o->out[0], p->element_bytes, er_product(p->out_dims, ER_PAD_DIMS),
                        "output does not fit params");
}

extern const er_kernel_traits_t er_pad_any_traits;
const er_kernel_traits_t er_pad_any_traits = {sizeof(er_pad_params_t), validate, NULL};
