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
  std::string serial;     // empty: the only one; beside tcp_port: the one of that server
  uint16_t tcp_port = 0;  // not 0: an ST-LINK server on the loopback interface
};

// How to recognize the chip before it is written; an address of 0 skips that check.
struct ChipIdentity {
  uint32_t device_id = 0;  // lowest 12 bits of the word at device_id_address
  uint64_t device_id_address = 0;
  uint64_t uid_address = 0;  // of 12 bytes, compared with the request's
};

// Where firmware and packages go: flash is erased and programmed; RAM is loaded, and what starts it
// may be the board file's: its procedure `start_firmware ADDRESS`, else a reset.
struct ImagePlace {
  bool in_ram = false;
  uint64_t address = 0;  // of the image's vector table
};

// INVALID_ARGUMENT with code BAD_PATH when a path or serial holds characters that Tcl would read as
// something else. The command reads the chip's identity first and leaves another's alone.
absl::StatusOr<std::vector<std::string>> FlashCommand(
    const std::string& openocd, const std::filesystem::path& config, const ProbeAddress& probe,
    const ChipIdentity& chip, const ImagePlace& place, const FlashRequest& request);
absl::StatusOr<std::vector<std::string>> ResetCommand(const std::string& openocd,
                                                      const std::filesystem::path& config,
                                                      const ProbeAddress& probe,
                                                      const ImagePlace& place);

// Prints so many program counters of the running core, lines of kProgramCounterMark and numbers.
inline constexpr char kProgramCounterMark[] = "er_pc";
absl::StatusOr<std::vector<std::string>> SampleCommand(const std::string& openocd,
                                                       const std::filesystem::path& config,
                                                       const ProbeAddress& probe, int count);
// The numbers of such a line, without those that say "halted" or "asleep"; empty for another line.
std::vector<uint32_t> ProgramCountersIn(const std::string& line);

// For the log: arguments with blanks in quotes.
std::string Readable(const std::vector<std::string>& arguments);

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_OPENOCD_COMMAND_H_
