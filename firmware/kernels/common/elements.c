#include "firmware/kernels/common/elements.h"

uint32_t er_element_bytes(int32_t dtype) {
  static const uint8_t kBytes[] = {0, 4, 1, 1, 2, 4, 8, 1};
  return (uint32_t)dtype < sizeof kBytes ? kBytes[dtype] : 0;
}

int er_is_integer(int32_t dtype) { return dtype >= ER_DTYPE_S8 && dtype <= ER_DTYPE_BOOL; }

int64_t er_load_integer(const void* tensor, int32_t dtype, int32_t index) {
  switch (dtype) {
    case ER_DTYPE_S8:
      return ((const int8_t*)tensor)[index];
    case ER_DTYPE_S16:
      return ((const int16_t*)tensor)[index];
    case ER_DTYPE_S32:
      return ((const int32_t*)tensor)[index];
    case ER_DTYPE_S64:
      return ((const int64_t*)tensor)[index];
    default:
      return ((const uint8_t*)tensor)[index];
  }
}

void er_store_integer(void* tensor, int32_t dtype, int32_t index, int64_t value) {
  switch (dtype) {
    case ER_DTYPE_S16:
      ((int16_t*)tensor)[index] = (int16_t)value;
      return;
    case ER_DTYPE_S32:
      ((int32_t*)tensor)[index] = (int32_t)value;
      return;
    case ER_DTYPE_S64:
      ((int64_t*)tensor)[index] = value;
      return;
    case ER_DTYPE_BOOL:
      ((uint8_t*)tensor)[index] = value != 0;
      return;
    default:
      ((uint8_t*)tensor)[index] = (uint8_t)value;
      return;
  }
}

int64_t er_load_ordered(const void* tensor, int32_t dtype, int32_t index) {
  if (dtype != ER_DTYPE_F32) return er_load_integer(tensor, dtype, index);
  const int32_t bits = ((const int32_t*)tensor)[index];
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return INT32_MAX;
  return bits < 0 ? -(int64_t)(bits & 0x7FFFFFFF) : bits;
}
