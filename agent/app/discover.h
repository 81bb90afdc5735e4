// Finds ST-LINK probes on USB and the serial ports they bring.
#ifndef AGENT_APP_DISCOVER_H_
#define AGENT_APP_DISCOVER_H_

#include <filesystem>
#include <string>
#include <vector>

namespace edgerack::agent {

struct FoundProbe {
  std::string product;  // as the probe calls itself, e.g. "STM32 STLink"
  std::string serial;   // what `probe.serial` of a board wants; may be empty on old clones
  std::string console;  // path of its serial port, the stable one if there is one; may be empty
};

// Reads `sys` (/sys) and `dev` (/dev). Sorted by serial number.
std::vector<FoundProbe> DiscoverProbes(const std::filesystem::path& sys,
                                       const std::filesystem::path& dev);

// The probes as [[board]] entries for the agent's configuration.
std::string AsConfig(const std::vector<FoundProbe>& probes);

}  // namespace edgerack::agent

#endif  // AGENT_APP_DISCOVER_H_
