#include "agent/driver/openocd/command.h"

#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace edgerack::agent {
namespace {

absl::StatusOr<std::string> Braced(const std::string& text) {
  if (text.find_first_of("{}\\\n\r") != std::string::npos) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kInfrastructure, "BAD_PATH",
                     "\"" + text +
                         "\" holds a brace, a backslash or a line break, which OpenOCD's command "
                         "language would misread; choose another path");
  }
  return "{" + text + "}";
}

// The probe's driver decides how its server is named, and it is known once the board's file was
// read: `hla` for the stock Nucleo and Discovery files, `st-link` for the direct DAP files.
std::string TcpProbe(uint16_t port) {
  const std::string number = std::to_string(port);
  return "if {[adapter name] eq {hla}} {hla_stlink_backend tcp " + number +
         "} else {st-link backend tcp " + number + "}";
}

absl::StatusOr<std::vector<std::string>> Begin(const std::string& openocd,
                                               const std::filesystem::path& config,
                                               const ProbeAddress& probe) {
  std::vector<std::string> arguments = {openocd, "-f", config.string()};
  if (probe.tcp_port != 0) arguments.insert(arguments.end(), {"-c", TcpProbe(probe.tcp_port)});
  if (!probe.serial.empty()) {
    ER_ASSIGN_OR_RETURN(std::string serial, Braced(probe.serial));
    arguments.insert(arguments.end(), {"-c", "adapter serial " + serial});
  }
  arguments.insert(arguments.end(),
                   {"-c", "gdb_port disabled; telnet_port disabled; tcl_port disabled"});
  arguments.insert(arguments.end(), {"-c", "init"});
  return arguments;
}

std::string Hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// In OpenOCD's Tcl: its words for what explain.cc looks for.
std::string CheckDeviceId(const ChipIdentity& chip) {
  return "set er_id [expr {[lindex [read_memory " + Hex(chip.device_id_address) +
         " 32 1] 0] & 0xfff}]; if {$er_id != " + Hex(chip.device_id) +
         "} {error [format {the chip on the probe has device id 0x%x, expected " +
         Hex(chip.device_id) + "} $er_id]}";
}

std::string CheckUid(const ChipIdentity& chip, const std::string& uid) {
  return "set er_uid {}; foreach er_byte [read_memory " + Hex(chip.uid_address) +
         " 8 12] {append er_uid [format %02x $er_byte]}; if {$er_uid ne {" + uid +
         "}} {error \"the chip on the probe has UID $er_uid, expected " + uid + "\"}";
}

std::string WriteVerb(const ImagePlace& place) {
  return place.in_ram ? "load_image " : "flash write_image erase ";
}

// A chip whose boot ROM comes first needs more than a reset to run what stands in its RAM.
std::string ResetAndRun(const ImagePlace& place) {
  if (!place.in_ram) return "reset run";
  return "if {[llength [info commands start_firmware]]} {start_firmware " + Hex(place.address) +
         "} else {reset run}";
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FlashCommand(
    const std::string& openocd, const std::filesystem::path& config, const ProbeAddress& probe,
    const ChipIdentity& chip, const ImagePlace& place, const FlashRequest& request) {
  ER_ASSIGN_OR_RETURN(std::vector<std::string> arguments, Begin(openocd, config, probe));
  if (chip.device_id_address != 0 && chip.device_id != 0) {
    arguments.insert(arguments.end(), {"-c", CheckDeviceId(chip)});
  }
  if (chip.uid_address != 0 && !request.uid.empty()) {
    arguments.insert(arguments.end(), {"-c", CheckUid(chip, request.uid)});
  }
  arguments.insert(arguments.end(), {"-c", "reset halt"});
  if (!request.firmware_elf.empty()) {
    ER_ASSIGN_OR_RETURN(std::string elf, Braced(request.firmware_elf.string()));
    arguments.insert(arguments.end(), {"-c", WriteVerb(place) + elf, "-c", "verify_image " + elf});
  }
  if (!request.package_file.empty()) {
    ER_ASSIGN_OR_RETURN(std::string file, Braced(request.package_file.string()));
    char address[32];
    std::snprintf(address, sizeof address, " 0x%08llx bin",
                  static_cast<unsigned long long>(request.package_address));
    arguments.insert(arguments.end(), {"-c", WriteVerb(place) + file + address, "-c",
                                       "verify_image " + file + address});
  }
  arguments.insert(arguments.end(), {"-c", ResetAndRun(place), "-c", "shutdown"});
  return arguments;
}

absl::StatusOr<std::vector<std::string>> ResetCommand(const std::string& openocd,
                                                      const std::filesystem::path& config,
                                                      const ProbeAddress& probe,
                                                      const ImagePlace& place) {
  ER_ASSIGN_OR_RETURN(std::vector<std::string> arguments, Begin(openocd, config, probe));
  arguments.insert(arguments.end(), {"-c", ResetAndRun(place), "-c", "shutdown"});
  return arguments;
}

absl::StatusOr<std::vector<std::string>> SampleCommand(const std::string& openocd,
                                                       const std::filesystem::path& config,
                                                       const ProbeAddress& probe, int count) {
  ER_ASSIGN_OR_RETURN(std::vector<std::string> arguments, Begin(openocd, config, probe));
  // DWT_PCSR; short lines, because the log is made of them.
  const std::string loop = "for {set er_i 0} {$er_i < " + std::to_string(count) +
                           "} {incr er_i 16} {set er_line " + kProgramCounterMark +
                           "; for {set er_j 0} {$er_j < 16} {incr er_j} {append er_line { } "
                           "[read_memory 0xE000101C 32 1]}; echo $er_line}";
  arguments.insert(arguments.end(), {"-c", loop, "-c", "shutdown"});
  return arguments;
}

std::vector<uint32_t> ProgramCountersIn(const std::string& line) {
  constexpr uint32_t kNone = 0xFFFFFFFF;
  std::vector<uint32_t> counters;
  const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (words.empty() || words[0] != kProgramCounterMark) return counters;
  for (size_t i = 1; i < words.size(); ++i) {
    uint32_t pc = 0;
    if (absl::SimpleHexAtoi(words[i], &pc) && pc != kNone && pc != 0) counters.push_back(pc & ~1u);
  }
  return counters;
}

std::string Readable(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    bool plain = argument.find_first_of(" ;{}") == std::string::npos;
    line += plain ? argument : "\"" + argument + "\"";
  }
  return line;
}

}  // namespace edgerack::agent
