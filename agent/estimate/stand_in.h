// What runs in place of a board: an emulated chip with a firmware image.
#ifndef AGENT_ESTIMATE_STAND_IN_H_
#define AGENT_ESTIMATE_STAND_IN_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/catalog/catalog.h"

namespace edgerack::estimate {

struct StandIn {
  BoardKind kind;           // whose image runs, with the emulation's counter of instructions
  Chip chip;                // emulated
  uint64_t crystal_hz = 0;  // of the board
  // The clock of the kind asked for where the image usually runs at another; 0 = its usual.
  int64_t clock_hz = 0;
  // The emulated chip is not the kind's own: what differs, for a person; else empty.
  std::string note;
};

// A kind whose chip is emulated runs its own image; for others the chip's file names the virtual
// kind that stands for it. USER, NOT_ESTIMATED for a kind without any.
absl::StatusOr<StandIn> FindStandIn(const std::filesystem::path& share_dir, const Catalog& catalog,
                                    const BoardKind& kind);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_STAND_IN_H_
