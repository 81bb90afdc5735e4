#include "firmware/kernels/common/operand_check.h"

#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/table_s16.h"

const char* er_check_counts(const er_kernel_operands_t* o, uint32_t in, uint32_t out) {
  return o->in_count == in && o->out_count == out ? NULL : "wrong number of operands";
}

const char* er_check_extents(const int32_t* values, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (values[i] < 1 || values[i] > ER_MAX_EXTENT) return "a size in the params is out of range";
  }
  return NULL;
}

uint64_t er_product(const int32_t* values, uint32_t count) {
  uint64_t product = 1;
  for (uint32_t i = 0; i < count; i++) {
    if (product > UINT64_MAX / (uint64_t)values[i]) return UINT64_MAX;
    product *= (uint64_t)values[i];
  }
  return product;
}

// Of the tensor's canonical form, whatever its packing.
static uint64_t elements_of(const er_package_tensor_t* t) {
  if (t->packing != ER_PACKING_CANONICAL) return er_product(t->dims, ER_PACKAGE_MAX_RANK);
  const uint32_t width = er_element_bytes(t->dtype);
  return width ? t->bytes / width : 0;
}

const char* er_check_tensor(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements,
                            const char* error) {
  if (!t || t->dtype != dtype || elements >= (1u << 28)) return error;
  return elements_of(t) == elements ? NULL : error;
}

const char* er_check_bits(const er_package_tensor_t* t, uint64_t rows, int32_t columns,
                          const char* error) {
  if (!t || (t->dtype != ER_DTYPE_S1 && t->dtype != ER_DTYPE_U1)) return error;
  if (rows >= (1u << 28) || rows * (uint64_t)columns >= (1u << 28)) return error;
  // Rows of other lengths may have as many words: the kernels read words only.
  return t->bytes == rows * er_bit_words((uint32_t)columns) * sizeof(uint32_t) ? NULL : error;
}

const char* er_check_width(const er_package_tensor_t* t, int32_t width, uint64_t elements,
                           const char* error) {
  if (!t || (int32_t)er_element_bytes(t->dtype) != width || elements >= (1u << 28)) return error;
  return elements_of(t) == elements && t->bytes < (1u << 28) ? NULL : error;
}

const char* er_check_small(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements,
                           const char* error) {
  if (!t || t->dtype != dtype) return error;
  return er_check_width(t, (int32_t)er_element_bytes(t->dtype), elements, error);
}

const char* er_check_indices(const er_package_tensor_t* t, int32_t dtype, uint64_t elements) {
  if (dtype == ER_DTYPE_BOOL) return "indices are of a type that counts nothing";
  return er_check_tensor(t, (er_dtype_t)dtype, elements, "indices do not fit params");
}

const char* er_check_offset(int32_t offset) {
  return offset >= -128 && offset <= 128 ? NULL : "a zero point is out of the range of int8";
}

const char* er_check_activation_s8(int32_t act_min, int32_t act_max) {
  return act_min >= INT8_MIN && act_min <= act_max && act_max <= INT8_MAX
             ? NULL
             : "the activation range is out of the range of int8";
}

const char* er_check_table_s16(const er_package_tensor_t* t) {
  return er_check_tensor(t, ER_DTYPE_S16, ER_TABLE_S16_ENTRIES, "a table must have 513 int16");
}

const char* er_check_activation_s16(int32_t act_min, int32_t act_max) {
  return act_min >= INT16_MIN && act_min <= act_max && act_max <= INT16_MAX
             ? NULL
             : "the activation range is out of the range of int16";
}

static const char* check_channels(const er_kernel_operands_t* o, int32_t channels,
                                  er_dtype_t bias) {
  const uint64_t n = (uint64_t)channels;
  if (o->in[2]) ER_REQUIRE(er_check_tensor(o->in[2], bias, n, "bias does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[3], ER_DTYPE_S32, n, "multiplier does not fit params"));
  ER_REQUIRE(er_check_tensor(o->in[4], ER_DTYPE_S32, n, "shift does not fit params"));
  // Read more than once by the kernels, which rely on finding the same values again.
  if (o->in[3]->place != ER_PLACE_CONSTANT || o->in[4]->place != ER_PLACE_CONSTANT) {
    return "multiplier and shift must be constants";
  }
  return NULL;
}

const char* er_check_channels_s8(const er_kernel_operands_t* o, int32_t channels) {
  return check_channels(o, channels, ER_DTYPE_S32);
}

const char* er_check_channel_sum_s16(const er_channel_sum_s16_t* sum, const er_kernel_operands_t* o,
                                     int32_t channels) {
  ER_REQUIRE(er_check_activation_s16(sum->act_min, sum->act_max));
  return check_channels(o, channels, sum->wide ? ER_DTYPE_S64 : ER_DTYPE_S32);
}

const char* er_check_channels_h8(const er_kernel_operands_t* o, int32_t channels) {
  const uint64_t n = (uint64_t)channels;
  if (o->in[2]) ER_REQUIRE(er_check_tensor(o->in[2], ER_DTYPE_F32, n, "bias does not fit params"));
  return er_check_tensor(o->in[3], ER_DTYPE_F32, n, "scales do not fit params");
}

const char* er_check_reach(int32_t out, int32_t stride, int32_t kernel, int32_t dilation,
                           int32_t pad) {
  const int64_t last = (int64_t)out * stride + (int64_t)kernel * dilation;
  if (pad < 0 || pad > ER_MAX_EXTENT || last > (1 << 30)) return "the window reaches too far";
  return NULL;
}
