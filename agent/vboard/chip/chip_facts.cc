#include "agent/vboard/chip/chip_facts.h"

#include <absl/strings/str_cat.h>

#include "agent/vboard/chip/timing/cache.h"

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
      const bool coupled = region.kind == "itcm" || region.kind == "dtcm";
      if (!coupled && (!region.line_cycles || !region.word_cycles)) {
        return absl::InternalError(absl::StrCat("the catalog gives ", region.name, " of ", chip.id,
                                                " no line_cycles and word_cycles"));
      }
      facts.memories.push_back({region.name, static_cast<uint32_t>(region.address), size_bytes,
                                flash ? MemoryKind::kFlash : MemoryKind::kRam,
                                static_cast<uint32_t>(region.line_cycles.value_or(0)),
                                static_cast<uint32_t>(region.word_cycles.value_or(0)), coupled});
      if (region.alias_address) {
        MemoryFact alias = facts.memories.back();
        alias.name += " (alias)";
        alias.address = static_cast<uint32_t>(*region.alias_address);
        alias.kind = MemoryKind::kFlashAlias;
        facts.memories.push_back(alias);
      }
    }
    if (!has_flash) {
      return absl::InternalError(absl::StrCat("the catalog gives ", chip.id, " no flash"));
    }
    facts.flash_sectors_bytes.assign(chip.flash_sector_bytes.begin(),
                                     chip.flash_sector_bytes.end());
    facts.uid_address = static_cast<uint32_t>(chip.uid_address);
    if (CacheGeometry::FromCcsidr(facts.ccsidr_data).size_bytes() != chip.dcache_bytes) {
      return absl::InternalError(
          absl::StrCat("the emulated ", chip.id, " and its catalog file differ in dcache_bytes"));
    }
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
