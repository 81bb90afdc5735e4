// Elements of any type as 64-bit integers: small code for operators that are no hot loops.
#ifndef FIRMWARE_KERNELS_COMMON_ELEMENTS_H_
#define FIRMWARE_KERNELS_COMMON_ELEMENTS_H_

#include <stdint.h>

#include "firmware/package/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// 1 to 8; 0 for bits and for a number that is no element type.
uint32_t er_element_bytes(int32_t dtype);
// True for the integer types and bool.
int er_is_integer(int32_t dtype);

// Element `index` of an integer or bool tensor.
int64_t er_load_integer(const void* tensor, int32_t dtype, int32_t index);
// Keeps the low bits; a bool becomes 1 where the value is not 0.
void er_store_integer(void* tensor, int32_t dtype, int32_t index, int64_t value);

// A number that orders as the element does; of float32 too (-0 equals 0, NaN is above infinity).
int64_t er_load_ordered(const void* tensor, int32_t dtype, int32_t index);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_ELEMENTS_H_
