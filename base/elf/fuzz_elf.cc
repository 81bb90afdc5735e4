// Fuzz entry of the ELF reader and of the check against a chip.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/catalog/image_fit.h"
#include "base/elf/elf_image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto image = edgerack::ParseElf(std::string(reinterpret_cast<const char*>(data), size));
  if (!image.ok()) return 0;
  edgerack::Chip chip;
  chip.id = "chip";
  chip.memories.resize(2);
  chip.memories[0].name = "FLASH";
  chip.memories[0].kind = "flash";
  chip.memories[0].address = 0x0800'0000;
  chip.memories[0].alias_address = 0x0020'0000;
  chip.memories[0].size_bytes = 1 << 20;
  chip.memories[1].name = "RAM";
  chip.memories[1].kind = "ram";
  chip.memories[1].address = 0x2000'0000;
  chip.memories[1].size_bytes = 1 << 18;
  chip.layout.firmware_address = 0x0800'0000;
  (void)edgerack::CheckImageFitsChip(*image, chip);
  return 0;
}
