// Copies of single elements and runs of bytes, and indices that come as data. Nothing here assumes
// that operands do not overlap: a hostile package may place them so.
#ifndef FIRMWARE_KERNELS_COMMON_COPY_H_
#define FIRMWARE_KERNELS_COMMON_COPY_H_

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

// One element of 1, 2, 4 or 8 bytes; both addresses are multiples of that width.
static inline void er_copy_element(void* to, const void* from, int32_t width) {
  switch (width) {
    case 1:
      *(uint8_t*)to = *(const uint8_t*)from;
      return;
    case 2:
      *(uint16_t*)to = *(const uint16_t*)from;
      return;
    case 4:
      *(uint32_t*)to = *(const uint32_t*)from;
      return;
    default:
      *(uint64_t*)to = *(const uint64_t*)from;
      return;
  }
}

// memcpy that may be given overlapping operands.
void er_copy_bytes(void* to, const void* from, int32_t bytes);

// `count` elements of `width` bytes, all equal to *value.
void er_fill_elements(void* to, const void* value, int32_t width, int32_t count);

// Index number `at` of an index tensor of int32, int64, float32 (truncated), int16, int8 or uint8,
// limited to the range of int32.
int32_t er_read_index(const void* indices, int32_t dtype, int32_t at);

// A valid index into `size` elements: negative ones count from the end, as in numpy; what is still
// outside becomes the nearest valid one.
int32_t er_valid_index(int32_t index, int32_t size);

#ifdef __cplusplus
}
#endif

#endif  // FIRMWARE_KERNELS_COMMON_COPY_H_
