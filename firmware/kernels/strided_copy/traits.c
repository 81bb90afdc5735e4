#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/strided_copy/strided_copy.h"

// The grid's first and last element lie inside a tensor of `bytes`.
static const char* check_grid(const er_strided_copy_params_t* p, const int32_t* stride,
                              int32_t start, const er_package_tensor_t* t) {
  if (!t || (int32_t)er_element_bytes(t->dtype) != p->element_bytes) {
    return "operand is absent or of another width";
  }
  int64_t low = start;
  int64_t high = start;
  for (int32_t d = 0; d < p->rank; d++) {
    const int64_t reach = (int64_t)stride[d] * (p->dims[d] - 1);
    if (reach < 0) {
      low += reach;
    } else {
      high += reach;
    }
    // Below this bound, neither the sums here nor the kernel's 32-bit ones can overflow.
    if (stride[d] < -(1 << 28) || stride[d] > (1 << 28) || low < 0 || high >= (1 << 28)) {
      return "the copied grid reaches out of the tensor";
    }
    if ((int64_t)stride[d] * p->dims[d] > INT32_MAX ||
        (int64_t)stride[d] * p->dims[d] < INT32_MIN) {
      return "the copied grid reaches out of the tensor";
    }
  }
  if (t->bytes >= (1u << 28)) return "tensor is too large";
  return high < (int64_t)(t->bytes / (uint32_t)p->element_bytes)
             ? NULL
             : "the copied grid reaches out of the tensor";
}

static const char* validate(const er_kernel_operands_t* o) {
  const er_strided_copy_params_t* p = (const er_strided_copy_params_t*)o->params;
  ER_REQUIRE(er_check_counts(o, 1, 1));
  if (p->rank < 1 || p->rank > ER_STRIDED_COPY_DIMS) return "the rank in the params is impossible";
  ER_REQUIRE(er_check_extents(p->dims, (uint32_t)p->rank));
  ER_REQUIRE(check_grid(p, p->in_stride, p->in_start, o->in[0]));
  ER_REQUIRE(check_grid(p, p->out_stride, p->out_start, o->out[0]));
  // Otherwise it could write the same elements for ever.
  const uint64_t elements = o->out[0]->bytes / (uint32_t)p->element_bytes;
  return er_product(p->dims, (uint32_t)p->rank) <= elements ? NULL
                                                            : "more elements than the output";
}

extern const er_kernel_traits_t er_strided_copy_any_traits;
const er_kernel_traits_t er_strided_copy_any_traits = {sizeof(er_strided_copy_params_t), validate,
                                                       NULL};
