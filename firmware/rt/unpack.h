// A package without packings, for kernels that take none: how a host runs any package with the
// reference kernels. A board has no use for it.
#ifndef FIRMWARE_RT_UNPACK_H_
#define FIRMWARE_RT_UNPACK_H_

#include "firmware/rt/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// Bytes of the package that er_package_unpack writes.
uint64_t er_package_unpacked_bytes(const er_model_t* model);

// Writes the loaded package again with each constant in the order CANONICAL: the unpacked ones are
// appended, so that everything else stays where it is. `to`: 16-byte aligned, not the model's own.
void er_package_unpack(const er_model_t* model, uint8_t* to);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_RT_UNPACK_H_
