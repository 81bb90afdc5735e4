#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/svdf/svdf.h"

typedef struct {
  er_dtype_t activations, time, bias;
} types_t;

static const char* validate(const er_svdf_shape_t* s, const er_kernel_operands_t* o,
                            types_t types) {
  ER_REQUIRE(er_check_counts(o, 5, 2));
  const int32_t extents[] = {s->batch, s->inputs, s->units, s->rank, s->memory};
  ER_REQUIRE(er_check_extents(extents, 5));
  const int32_t filters[] = {s->units, s->rank};
  const uint64_t filter_count = er_product(filters, 2);
  if (filter_count > ER_MAX_EXTENT) return "there are too many filters";
  const uint64_t batch = (uint64_t)s->batch, inputs = (uint64_t)s->inputs;
  const uint64_t weights = filter_count * (uint64_t)s->memory;
  ER_REQUIRE(er_check_tensor(o->in[0], types.activations, batch * inputs, "x does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[1], types.activations, filter_count * inputs,
                             "feature weights do not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[2], types.time, weights, "time weights do not fit params"));
  if (o->in[3]) {
    ER_REQUIRE(
        er_check_tensor(o->in[3], types.bias, (uint64_t)s->units, "bias does not fit params"));
  }
  ER_REQUIRE(er_check_tensor(o->in[4], types.time, batch * weights, "state does not fit params"));
  ER_REQUIRE(er_check_tensor(o->out[0], types.activations, batch * (uint64_t)s->units,
                             "output does not fit params"));
  return er_check_tensor(o->out[1], types.time, batch * weights, "state does not fit params");
}

static const char* validate_f32(const er_kernel_operands_t* o) {
  const types_t types = {ER_DTYPE_F32, ER_DTYPE_F32, ER_DTYPE_F32};
  return validate(&((const er_svdf_f32_params_t*)o->params)->shape, o, types);
}

static const char* validate_s8(const er_kernel_operands_t* o) {
  const er_svdf_s8_params_t* p = (const er_svdf_s8_params_t*)o->params;
  const types_t types = {ER_DTYPE_S8, ER_DTYPE_S16, ER_DTYPE_S32};
  ER_REQUIRE(validate(&p->shape, o, types));
  ER_REQUIRE(er_check_offset(p->input_offset));
  ER_REQUIRE(er_check_offset(p->output_offset));
  return er_check_activation_s8(p->act_min, p->act_max);
}

extern const er_kernel_traits_t er_svdf_f32_traits;
const er_kernel_traits_t er_svdf_f32_traits = {sizeof(er_svdf_f32_params_t), validate_f32, NULL};
extern const er_kernel_traits_t er_svdf_s8_traits;
const er_kernel_traits_t er_svdf_s8_traits = {sizeof(er_svdf_s8_params_t), validate_s8, NULL};
