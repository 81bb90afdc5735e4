#include "agent/driver/openocd/explain.h"

#include <cstring>

namespace edgerack::agent {
namespace {

struct Pattern {
  const char* text;  // part of a line, as OpenOCD 0.12 prints it
  const char* code;
  ErrorClass error_class;
  const char* meaning;
};

constexpr ErrorClass kInfra = ErrorClass::kInfrastructure;
constexpr ErrorClass kBoard = ErrorClass::kBoard;

// In order: the first pattern that is found in any line wins, so the root causes stand before the
// errors that follow from them.
constexpr Pattern kPatterns[] = {
    {"the chip on the probe has device id", "WRONG_CHIP", kBoard,
     "the probe is on another kind of chip than this board's; nothing was written; correct `kind` "
     "or `probe`"},
    {"the chip on the probe has UID", "WRONG_BOARD", kInfra,
     "the probe is on another board than `uid` or the console tell; nothing was written; correct "
     "`probe`, `console` or `uid`"},
    {"serial mismatch", "WRONG_PROBE", kInfra,
     "the ST-LINK server has another probe than `probe.serial` says; correct it, or plug the right "
     "probe in"},
    {"TCP error status", "PROBE_FAILED", kInfra,
     "what listens on `probe.tcp_port` is no ST-LINK server, or it is out of order; correct the "
     "port or restart the server"},
    {"cannot connect to stlink server", "PROBE_NOT_FOUND", kInfra,
     "nothing listens on the ST-LINK server's port; start it or correct `probe.tcp_port`"},
    {"stlink server", "PROBE_FAILED", kInfra,
     "the ST-LINK server dropped the connection; restart it"},
    {"LIBUSB_ERROR_ACCESS", "PROBE_NOT_ALLOWED", kInfra,
     "the agent may not open the USB probe; install the udev rules and plug it in again"},
    {"LIBUSB_ERROR_BUSY", "PROBE_IN_USE", kInfra,
     "another program holds the probe: an IDE, a second OpenOCD"},
    {"unable to claim interface", "PROBE_IN_USE", kInfra,
     "another program holds the probe: an IDE, a second OpenOCD"},
    {"open failed", "PROBE_NOT_FOUND", kInfra,
     "no such probe on USB; check the cable and `probe.serial` (lsusb shows it)"},
    {"No ST-Link", "PROBE_NOT_FOUND", kInfra,
     "no such probe on USB; check the cable and `probe.serial` (lsusb shows it)"},
    {"unable to open ftdi", "PROBE_NOT_FOUND", kInfra, "no such probe on USB; check the cable"},
    {"Can't find ", "OPENOCD_CONFIG", kInfra,
     "OpenOCD's own script files are missing; install the package `openocd`"},
    {"invalid command name", "OPENOCD_CONFIG", kInfra,
     "this OpenOCD does not know a command of the board's file; version 0.12 is expected"},
    {"expected 1 of 1: ", "WRONG_CHIP", kBoard,
     "the debug port belongs to another chip; correct `kind` or `probe` of this board"},
    {"UNEXPECTED idcode", "WRONG_CHIP", kBoard,
     "the debug port belongs to another chip; correct `kind` or `probe` of this board"},
    {"Cannot identify target as a", "WRONG_CHIP", kBoard,
     "the debug port belongs to another chip; correct `kind` or `probe` of this board"},
    {"target voltage may be too low", "TARGET_NOT_CONNECTED", kInfra,
     "the probe sees no supply voltage at the chip; check the board's power and jumpers"},
    {"unable to connect to the target", "TARGET_NOT_CONNECTED", kInfra,
     "the probe does not reach the chip; check power, the SWD wires and the ST-LINK jumpers"},
    {"init mode failed", "TARGET_NOT_CONNECTED", kInfra,
     "the probe does not reach the chip; check power, the SWD wires and the ST-LINK jumpers"},
    {"Error connecting DP", "TARGET_NOT_CONNECTED", kInfra,
     "the probe does not reach the chip; check power, the SWD wires and the ST-LINK jumpers"},
    {"Could not find MEM-AP", "TARGET_NOT_CONNECTED", kInfra,
     "the chip's debug port answers and its core does not; hold reset while connecting"},
    {"Target not examined yet", "TARGET_NOT_CONNECTED", kInfra,
     "the chip's debug port answers and its core does not; power-cycle the board"},
    {"contents differ", "FLASH_VERIFY_FAILED", kBoard,
     "the flash does not hold what was written; if it happens again the flash is worn"},
    {"checksum mismatch", "FLASH_VERIFY_FAILED", kBoard,
     "the flash does not hold what was written; if it happens again the flash is worn"},
    {"stm32x device protected", "FLASH_PROTECTED", kBoard,
     "the chip is read-out protected; clear the option bytes with ST's tool (erases the chip)"},
    {"is protected", "FLASH_PROTECTED", kBoard,
     "flash sectors are write-protected; clear the option bytes with ST's tool"},
    {"no flash bank found for address", "FLASH_OUT_OF_RANGE", kBoard,
     "the image lies outside of this chip's flash: it was built for another board"},
    {"failed erasing sectors", "FLASH_WRITE_FAILED", kBoard,
     "the flash could not be erased; power-cycle the board"},
    {"error writing to flash", "FLASH_WRITE_FAILED", kBoard,
     "the flash could not be written; check the supply voltage, power-cycle the board"},
    {"timeout waiting for algorithm", "FLASH_WRITE_FAILED", kBoard,
     "the flash loader on the chip stopped; power-cycle the board"},
    {"error executing stm32x flash write algorithm", "FLASH_WRITE_FAILED", kBoard,
     "the flash could not be written; check the supply voltage, power-cycle the board"},
    {"flash write failed", "FLASH_WRITE_FAILED", kBoard,
     "the flash could not be written; check the supply voltage, power-cycle the board"},
    {"couldn't open", "OPENOCD_CONFIG", kInfra, "an image file is missing; build the firmware"},
    {"timed out while waiting for target halted", "TARGET_NOT_HALTED", kBoard,
     "the core does not stop; press reset, and check that NRST is wired to the probe"},
    {"not halted", "TARGET_NOT_HALTED", kBoard,
     "the core does not stop; press reset, and check that NRST is wired to the probe"},
    {"Failed to read memory", "TARGET_NOT_CONNECTED", kInfra,
     "the connection to the chip broke; check the wires"},
    {"jtag status contains invalid mode value", "TARGET_NOT_CONNECTED", kInfra,
     "the connection to the chip broke; check the wires"},
};

constexpr char kPrefix[] = "the debug port failed: ";

// The line to show when no pattern fits: the last that OpenOCD calls an error, else the last.
std::string LastError(const std::vector<std::string>& lines) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->find("Error") != std::string::npos) return *line;
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->find_first_not_of(" \t") != std::string::npos) return *line;
  }
  return "it printed nothing";
}

const Pattern* Find(const std::vector<std::string>& lines, std::string& where) {
  for (const Pattern& pattern : kPatterns) {
    for (const std::string& line : lines) {
      if (line.find(pattern.text) == std::string::npos) continue;
      where = line;
      return &pattern;
    }
  }
  return nullptr;
}

}  // namespace

absl::Status ExplainOpenocd(const OpenocdOutcome& outcome) {
  if (outcome.timed_out) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, kInfra, "PROBE_TIMEOUT",
                     kPrefix + std::string("OpenOCD was stopped after ") +
                         std::to_string(outcome.deadline_ms) +
                         " ms; its last words: " + LastError(outcome.lines) +
                         "; plug the probe in again if it happens repeatedly");
  }
  if (outcome.exit_code == 0) return absl::OkStatus();
  std::string line;
  if (const Pattern* pattern = Find(outcome.lines, line)) {
    return MakeError(absl::StatusCode::kUnavailable, pattern->error_class, pattern->code,
                     kPrefix + line + "; " + pattern->meaning);
  }
  if (outcome.signal != 0) {
    return MakeError(absl::StatusCode::kAborted, kInfra, "PROBE_KILLED",
                     kPrefix + std::string("OpenOCD was ended by signal ") +
                         std::to_string(outcome.signal) + " (" + strsignal(outcome.signal) +
                         "); its last words: " + LastError(outcome.lines));
  }
  return MakeError(absl::StatusCode::kUnknown, kInfra, "PROBE_FAILED",
                   kPrefix + std::string("OpenOCD ended with status ") +
                       std::to_string(outcome.exit_code) + ": " + LastError(outcome.lines) +
                       "; the agent's log has its whole output");
}

}  // namespace edgerack::agent
