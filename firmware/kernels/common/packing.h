// Orders of a constant's elements that kernels ask for, and their exact inverse. Compiler and host
// tools pack and unpack; a board only asks for sizes.
#ifndef FIRMWARE_KERNELS_COMMON_PACKING_H_
#define FIRMWARE_KERNELS_COMMON_PACKING_H_

#include <stdint.h>

#include "firmware/package/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where no canonical element stands: the packed element is zero.
#define ER_PACKING_FILL UINT32_MAX

// "row_pairs"; NULL for a number that is none of packings.inc.
const char* er_packing_name(uint32_t packing);

// How many elements `t` takes in its packing, fillings included. 0 when the packing is unknown or
// is none for this element type and rank. dims must be positive and their product below 2^32.
uint64_t er_packed_elements(const er_package_tensor_t* t);

// Fills `packed` (er_packed_elements(t) elements) from the canonical order, and back. `t` says
// element type, dims and packing, for which er_packed_elements must not be 0. No overlap.
void er_pack(const er_package_tensor_t* t, const void* canonical, void* packed);
void er_unpack(const er_package_tensor_t* t, const void* packed, void* canonical);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_KERNELS_COMMON_PACKING_H_
