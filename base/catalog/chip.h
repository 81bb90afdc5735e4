// What is true of a chip wherever it is soldered: firmware/family/<family>/chips/<chip>.toml.
#ifndef BASE_CATALOG_CHIP_H_
#define BASE_CATALOG_CHIP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack {

struct MemoryRegion {
  std::string name;  // e.g. "DTCM"; unique in the chip
  std::string kind;  // itcm, dtcm, ram, flash
  uint64_t address = 0;
  std::optional<uint64_t> alias_address;  // a second, read-only view of the same bytes
  uint64_t size_bytes = 0;
  // What the core waits, in its own cycles, for a cache line of 32 bytes of a stream and for one
  // word past the cache; absent where it does not wait (TCM) or nothing is known.
  std::optional<uint64_t> line_cycles;
  std::optional<uint64_t> word_cycles;
  std::string alias_name;  // of the view at alias_address, e.g. "FLASH_ITCM"; empty = none
};

// How the resident firmware divides the chip.
struct FirmwareLayout {
  uint64_t firmware_address = 0;
  uint64_t firmware_bytes = 0;
  // Regions for which the firmware can be linked, the usual one first; empty = only one, unnamed.
  std::vector<std::string> code_regions;
  uint64_t package_address = 0;  // of the package store
  uint64_t package_bytes = 0;
  std::string arena_region;  // names of memory regions
  uint64_t arena_bytes = 0;
  std::string stack_region;
  uint64_t stack_bytes = 0;
  uint64_t static_bytes = 0;  // of the firmware's static data, behind the stack
};

struct Chip {
  std::string id;
  std::string family;
  std::string core;  // e.g. "cortex-m7"
  std::string isa;   // scalar, armv7em, mve
  uint64_t max_clock_hz = 0;
  std::vector<uint64_t> compared_clocks_hz;  // what a sweep of the clock goes through
  uint64_t dcache_bytes = 0;                 // 0 = the core has none
  uint32_t device_id = 0;                    // DBGMCU_IDCODE[11:0]; 0 where there is none
  uint64_t device_id_address = 0;            // of DBGMCU_IDCODE, for a debugger; 0 = not told
  uint64_t uid_address = 0;
  std::vector<MemoryRegion> memories;
  std::vector<uint64_t> flash_sector_bytes;
  FirmwareLayout layout;

  // nullptr when the chip has no region of that name; an alias's name finds the region itself.
  const MemoryRegion* FindMemory(const std::string& name) const;
  // The region or the alias that holds the address; nullptr if none does.
  const MemoryRegion* MemoryAt(uint64_t address) const;
  // The region that holds the package store, found by its address; nullptr if none does.
  const MemoryRegion* PackageMemory() const;
  // False where the firmware stands in memory that is loaded, not programmed, and does not survive
  // a power cycle.
  bool FirmwareInFlash() const;
  // The region, or the alias, that the address lies in; empty when it lies in none.
  std::string RegionName(uint64_t address) const;
  // Where the usual firmware's code is executed from.
  std::string UsualCodeRegion() const;
};

// INVALID_ARGUMENT with code BAD_CHIP_FILE naming file, key and what was expected.
absl::StatusOr<Chip> ParseChip(const std::string& toml_text, const std::string& file_name);

}  // namespace edgerack

#endif  // BASE_CATALOG_CHIP_H_
