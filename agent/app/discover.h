// Finds ST-LINK probes on USB and the serial ports they bring, and who answers there.
#ifndef AGENT_APP_DISCOVER_H_
#define AGENT_APP_DISCOVER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agent/link/identity.h"
#include "base/catalog/catalog.h"

namespace edgerack::agent {

struct FoundProbe {
  std::string product;  // as the probe calls itself, e.g. "STM32 STLink"
  std::string serial;   // what `probe.serial` of a board wants; may be empty on old clones
  std::string console;  // path of its serial port, the stable one if there is one; may be empty
};

// Reads `sys` (/sys) and `dev` (/dev). Sorted by serial number.
std::vector<FoundProbe> DiscoverProbes(const std::filesystem::path& sys,
                                       const std::filesystem::path& dev);

// A probe and what its board said of itself.
struct FoundBoard {
  FoundProbe probe;
  std::string kind;           // of the firmware that answered; empty if none did
  std::string uid;            // of the chip, 24 hex digits
  std::string build_id;       // of the firmware
  std::string why_not_known;  // where `kind` is empty
};

// Asks each probe's board by `ask` (serial port, baud), at every speed that a kind has. A kind is
// known by the image it names; boards of one image are told apart by nobody, so it is the image's.
using AskFunction =
    std::function<absl::StatusOr<Identity>(const std::string& console, uint32_t baud)>;
std::vector<FoundBoard> AskBoards(const std::vector<FoundProbe>& probes, const Catalog& catalog,
                                  const AskFunction& ask);

// The boards as [[board]] entries of the agent's configuration.
std::string AsConfig(const std::vector<FoundBoard>& boards);

}  // namespace edgerack::agent

#endif  // AGENT_APP_DISCOVER_H_
