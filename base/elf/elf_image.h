// What a firmware image in an ELF file puts where: the parts that a debugger writes. Reads 32-bit
// little-endian ARM files, bounded whatever the bytes.
#ifndef BASE_ELF_ELF_IMAGE_H_
#define BASE_ELF_ELF_IMAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack {

struct ElfSegment {
  uint32_t address = 0;  // physical: where it is written
  std::string bytes;     // never empty
};

// The segments that have bytes, in the file's order. INVALID_ARGUMENT with code BAD_ELF (USER).
absl::StatusOr<std::vector<ElfSegment>> ParseElf(const std::string& file);

}  // namespace edgerack

#endif  // BASE_ELF_ELF_IMAGE_H_
