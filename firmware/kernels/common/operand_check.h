// Checks shared by the operators' validate functions. Each returns NULL or what is wrong. Elements
// are those of the canonical form: the loader checks packings before it asks validate.
#ifndef FIRMWARE_KERNELS_COMMON_OPERAND_CHECK_H_
#define FIRMWARE_KERNELS_COMMON_OPERAND_CHECK_H_

#include <stdint.h>

#include "firmware/kernels/common/channel_sum_s16.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

// No extent, stride or element count may exceed this, so that int32 index arithmetic cannot
// overflow on operands that fit a microcontroller or a host's test arena.
#define ER_MAX_EXTENT (1 << 24)

// Evaluates a check once and leaves the function with its text when it fails.
#define ER_REQUIRE(check)                    \
  do {                                       \
    const char* require_error = (check);     \
    if (require_error) return require_error; \
  } while (0)

const char* er_check_counts(const er_kernel_operands_t* o, uint32_t in, uint32_t out);

// 1 .. ER_MAX_EXTENT each.
const char* er_check_extents(const int32_t* values, uint32_t count);

// Product of the values, each positive; saturates at UINT64_MAX.
uint64_t er_product(const int32_t* values, uint32_t count);

// The tensor is present, has this dtype and exactly `elements` of them (elements < 2^28, so that
// sizes derived from it fit 32 bits).
const char* er_check_tensor(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements,
                            const char* error);

// The tensor is present, holds bits of one of both types in `rows` rows of `columns`, and they are
// below 2^28.
const char* er_check_bits(const er_package_tensor_t* t, uint64_t rows, int32_t columns,
                          const char* error);

// The tensor is present, its elements have `width` bytes, and there are exactly `elements` of them
// (below 2^28 bytes, so that int32 byte offsets hold).
const char* er_check_width(const er_package_tensor_t* t, int32_t width, uint64_t elements,
                           const char* error);

// er_check_tensor, and the tensor is below 2^28 bytes.
const char* er_check_small(const er_package_tensor_t* t, er_dtype_t dtype, uint64_t elements,
                           const char* error);

// A tensor of indices: present, of this dtype (any but bool), exactly `elements` of them.
const char* er_check_indices(const er_package_tensor_t* t, int32_t dtype, uint64_t elements);

// Bounds an output or input offset to what an int8 zero point can give.
const char* er_check_offset(int32_t offset);

// act_min <= act_max, both in the range of int8.
const char* er_check_activation_s8(int32_t act_min, int32_t act_max);

// A table of common/table_s16.h.
const char* er_check_table_s16(const er_package_tensor_t* t);

// act_min <= act_max, both in the range of int16.
const char* er_check_activation_s16(int32_t act_min, int32_t act_max);

// The activation range, and bias (int64 where the sums are wide), multiplier and shift as
// er_check_channels_s8.
const char* er_check_channel_sum_s16(const er_channel_sum_s16_t* sum, const er_kernel_operands_t* o,
                                     int32_t channels);

// bias (or absent), multiplier and shift of a channel-wise quantized operator, operands 2 .. 4.
const char* er_check_channels_s8(const er_kernel_operands_t* o, int32_t channels);

// bias (or absent) and scale of each channel of a hybrid operator, float operands 2 and 3.
const char* er_check_channels_h8(const er_kernel_operands_t* o, int32_t channels);

// The last tap of the last output in one direction stays within int32 index arithmetic.
const char* er_check_reach(int32_t out, int32_t stride, int32_t kernel, int32_t dilation,
                           int32_t pad);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_OPERAND_CHECK_H_
