// Rows of bits as ER_DTYPE_S1 and ER_DTYPE_U1 pack them: 32 in a word, the first lowest, each row
// from a word of its own on; what is left of the last word is zero.
#ifndef FIRMWARE_KERNELS_COMMON_BITS_H_
#define FIRMWARE_KERNELS_COMMON_BITS_H_

#include <stdint.h>

#include "firmware/package/format.h"

// Words of a row of `bits`.
static inline int32_t er_row_words(int32_t bits) { return (int32_t)er_bit_words((uint32_t)bits); }

// Bit `index` of a row.
static inline uint32_t er_bit(const uint32_t* row, int32_t index) {
  return row[index / 32] >> (index % 32) & 1u;
}

// Those of the first word of a rest of `bits` > 0 that belong to the row.
static inline uint32_t er_bit_mask(int32_t bits) {
  return bits < 32 ? (1u << bits) - 1u : UINT32_MAX;
}

// Set bits of four bytes at once, each byte 0 .. 8.
static inline uint32_t er_byte_counts(uint32_t word) {
  word -= word >> 1 & 0x55555555u;
  word = (word & 0x33333333u) + (word >> 2 & 0x33333333u);
  return (word + (word >> 4)) & 0x0F0F0F0Fu;
}

// 0 .. 32.
static inline int32_t er_count_bits(uint32_t word) {
  return (int32_t)(er_byte_counts(word) * 0x01010101u >> 24);
}

#endif  // FIRMWARE_KERNELS_COMMON_BITS_H_
