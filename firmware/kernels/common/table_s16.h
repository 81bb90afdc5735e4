// A function of int16 as 512 straight pieces, the way TFLite's kernels read their tables: table[i]
// is the value at (i - 256) * 128, table[512] only ends the last piece.
#ifndef FIRMWARE_KERNELS_COMMON_TABLE_S16_H_
#define FIRMWARE_KERNELS_COMMON_TABLE_S16_H_

#include <stdint.h>

#define ER_TABLE_S16_ENTRIES 513

// `x` must lie in the range of int16.
static inline int16_t er_table_s16(const int16_t* table, int32_t x) {
  const int32_t index = 256 + (x >> 7);
  const int32_t slope = (int16_t)(uint16_t)(table[index + 1] - table[index]);
  return (int16_t)(uint16_t)(table[index] + ((slope * (x & 127) + 64) >> 7));
}

#endif  // FIRMWARE_KERNELS_COMMON_TABLE_S16_H_
