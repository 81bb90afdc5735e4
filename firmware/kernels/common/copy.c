#include "firmware/kernels/common/copy.h"

#include "firmware/package/format.h"

void er_copy_bytes(void* to, const void* from, int32_t bytes) {
  const uintptr_t a = (uintptr_t)to;
  const uintptr_t b = (uintptr_t)from;
  const size_t count = (size_t)bytes;
  // memcpy is the faster one on the target, and wants what a compiler's packages always have.
  if (a < b + count && b < a + count) {
    memmove(to, from, count);
  } else {
    memcpy(to, from, count);
  }
}

void er_fill_elements(void* to, const void* value, int32_t width, int32_t count) {
  uint8_t* out = (uint8_t*)to;
  if (width == 1) {
    memset(out, *(const uint8_t*)value, (size_t)count);
    return;
  }
  uint64_t element = 0;  // read once: the value may lie inside what is filled
  memcpy(&element, value, (size_t)width);
  for (int32_t i = 0; i < count; i++, out += width) er_copy_element(out, &element, width);
}

int32_t er_read_index(const void* indices, int32_t dtype, int32_t at) {
  switch (dtype) {
    case ER_DTYPE_S64: {
      const int64_t wide = ((const int64_t*)indices)[at];
      return wide < INT32_MIN ? INT32_MIN : wide > INT32_MAX ? INT32_MAX : (int32_t)wide;
    }
    case ER_DTYPE_F32: {
      const float real = ((const float*)indices)[at];
      if (!(real > -2147483648.0f)) return INT32_MIN;  // NaN too
      return real >= 2147483648.0f ? INT32_MAX : (int32_t)real;
    }
    case ER_DTYPE_S16:
      return ((const int16_t*)indices)[at];
    case ER_DTYPE_S8:
      return ((const int8_t*)indices)[at];
    case ER_DTYPE_U8:
      return ((const uint8_t*)indices)[at];
    default:
      return ((const int32_t*)indices)[at];
  }
}

int32_t er_valid_index(int32_t index, int32_t size) {
  if (index < 0) index += size;
  if (index < 0) return 0;
  return index < size ? index : size - 1;
}
