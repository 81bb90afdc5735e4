// CRC-32 (IEEE 802.3, as zlib), shared by the link and the package loader.
#ifndef FIRMWARE_COMMON_CRC32_H_
#define FIRMWARE_COMMON_CRC32_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// As zlib's crc32(): start with 0, feed pieces in order.
uint32_t er_crc32(uint32_t crc, const void* data, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_COMMON_CRC32_H_
