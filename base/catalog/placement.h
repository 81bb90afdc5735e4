// Which memory of a chip holds what of a run. The compiler's verdict whether a model fits and the
// agent's request to the board are made of the same rooms.
#ifndef BASE_CATALOG_PLACEMENT_H_
#define BASE_CATALOG_PLACEMENT_H_

#include <cstdint>
#include <string>

#include "base/catalog/chip.h"
#include "base/error.h"

namespace edgerack {

// Names of memory regions, or of their aliases; an empty one = where the firmware has it usually.
struct Placement {
  std::string arena;
  std::string weights;
  std::string code;
  std::string stack;

  bool operator==(const Placement&) const = default;
};

struct Room {
  std::string region;
  uint64_t address = 0;
  uint64_t bytes = 0;  // what there is for it, whatever it needs
};

struct Rooms {
  Room store;    // where a package is kept
  Room weights;  // where its constants are read: the store, its alias, or RAM that it is copied to
  Room arena;
  Room stack;
  std::string code_region;
  bool weights_copied = false;
};

// In a region that several share, what the firmware needs itself comes first, then stack and arena;
// weights are at its end. BAD_OPTION (class JOB), naming the option and the regions that would do:
// there is no such region, nothing can be written there, or the code has it.
absl::StatusOr<Rooms> Place(const Chip& chip, const Placement& placement, uint64_t package_bytes);

}  // namespace edgerack

#endif  // BASE_CATALOG_PLACEMENT_H_
