// May somebody else's image be written to a chip? Looked at before a debugger touches the board.
#ifndef BASE_CATALOG_IMAGE_FIT_H_
#define BASE_CATALOG_IMAGE_FIT_H_

#include <cstdint>
#include <vector>

#include "base/catalog/chip.h"
#include "base/elf/elf_image.h"

namespace edgerack {

// Every byte must lie in the memory that the chip starts from (its flash; where the resident
// firmware stands in RAM: any of its RAM), so nothing else is ever written: no option bytes, no
// system memory, no registers. No two segments may overlap, and the chip must find a vector table
// where it starts: a stack in RAM, and an entry in Thumb state inside of the image.
// INVALID_ARGUMENT with code FIRMWARE_NOT_FOR_CHIP (USER), naming the address and what is allowed.
absl::Status CheckImageFitsChip(const std::vector<ElfSegment>& image, const Chip& chip);

// Bytes that are written, all segments together.
int64_t ImageBytes(const std::vector<ElfSegment>& image);

}  // namespace edgerack

#endif  // BASE_CATALOG_IMAGE_FIT_H_
