// Where the firmware, and the model with it, lay in the chip while they ran.
#ifndef SERVER_ANALYSIS_FIRMWARE_PLACES_H_
#define SERVER_ANALYSIS_FIRMWARE_PLACES_H_

#include <cstdint>
#include <string>

#include "base/catalog/board_kind.h"
#include "base/catalog/chip.h"
#include "server/core/measurement.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// Where the firmware itself lives in the chip, and on what; empty names when unknown.
struct FirmwarePlaces {
  std::string image;
  std::string core;             // of the chip, e.g. "cortex-m7"
  bool cycle_counter = true;    // false: its cycles and times say nothing about a chip
  int64_t max_clock_hz = 0;     // of the chip; 0 = not known
  core::MemoryRegionUse code;   // region that its image occupies, and that region's size
  core::MemoryRegionUse stack;  // likewise of its stack
  // Regions, or their aliases, that the core used while it ran: of the hot code, the constants and
  // the arena. The last two are empty where the board did not tell: then as the compiler's report.
  std::string code_region;
  std::string weights_region;
  std::string arena_region;
};

// Either may be nullptr: this program does not know it. What the board told of its places goes
// before what is usual for the chip.
FirmwarePlaces PlacesOf(const BoardKind* kind, const Chip* chip,
                        const core::Measurement& measurement);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_FIRMWARE_PLACES_H_
