// Command lines for the stock OpenOCD: lists of arguments, never a shell string.
#ifndef AGENT_DRIVER_OPENOCD_COMMAND_H_
#define AGENT_DRIVER_OPENOCD_COMMAND_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/protocol/flasher.h"
#include "base/error.h"

namespace edgerack::agent {

// Which probe: a USB one by its serial number, or an ST-LINK server on this machine.
struct ProbeAddress {
  std::string serial;     // empty: the only one
  uint16_t tcp_port = 0;  // not 0: an ST-LINK server on the loopback interface
};

// INVALID_ARGUMENT with code BAD_PATH when a path or serial holds characters that Tcl would read as
// something else.
absl::StatusOr<std::vector<std::string>> FlashCommand(const std::string& openocd,
                                                      const std::filesystem::path& config,
                                                      const ProbeAddress& probe,
                                                      const FlashRequest& request);
absl::StatusOr<std::vector<std::string>> ResetCommand(const std::string& openocd,
                                                      const std::filesystem::path& config,
                                                      const ProbeAddress& probe);

// For the log: arguments with blanks in quotes.
std::string Readable(const std::vector<std::string>& arguments);

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_OPENOCD_COMMAND_H_
