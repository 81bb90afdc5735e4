#include "agent/vboard/chip/chip_facts.h"

#include <absl/strings/str_cat.h>

namespace edgerack::vboard {

std::vector<const ChipFacts*> EmulatedChips() { return {&Stm32F746Facts(), &Stm32H743Facts()}; }

absl::StatusOr<ChipFacts> MakeChipFacts(const edgerack::Chip& chip) {
  for (const ChipFacts* known : EmulatedChips()) {
    if (known->name != chip.id) continue;
    ChipFacts facts = *known;
    if ((facts.idcode & 0xFFF) != chip.device_id) {
      return absl::InternalError(
          absl::StrCat("the emulated ", chip.id, " and its catalog file differ in device_id"));
    }
    bool has_flash = false;
    for (const MemoryRegion& region : chip.memories) {
      const bool flash = region.kind == "flash";
      has_flash |= flash;
      const auto size_bytes = static_cast<uint32_t>(region.size_bytes);
      facts.memories.push_back({region.name, static_cast<uint32_t>(region.address), size_bytes,
                                flash ? MemoryKind::kFlash : MemoryKind::kRam});
      if (region.alias_address) {
        facts.memories.push_back({region.name + " (alias)",
                                  static_cast<uint32_t>(*region.alias_address), size_bytes,
                                  MemoryKind::kFlashAlias});
      }
    }
    if (!has_flash) {
      return absl::InternalError(absl::StrCat("the catalog gives ", chip.id, " no flash"));
    }
    facts.flash_sectors_bytes.assign(chip.flash_sector_bytes.begin(),
                                     chip.flash_sector_bytes.end());
    facts.uid_address = static_cast<uint32_t>(chip.uid_address);
    return facts;
  }
  std::string known;
  for (const ChipFacts* facts : EmulatedChips()) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", facts->name);
  }
  return absl::NotFoundError(
      absl::StrCat("the chip ", chip.id, " is not emulated; there is ", known));
}

}  // namespace edgerack::vboard
