#include "server/core/run_options.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/log_pattern/log_pattern.h"

namespace edgerack::core {
namespace {

constexpr int64_t kLongestTimeoutMs = 7ll * 24 * 3'600'000;
// What a command line can hold, with room to spare.
constexpr size_t kMostOptions = 200;
constexpr size_t kMostOptionBytes = 64 << 10;
constexpr int64_t kMostTimedRuns = 1024;  // ER_WIRE_MAX_SAMPLES: what a board keeps

absl::Status BadOption(const std::string& key, const std::string& value, const std::string& want) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                   absl::StrCat("option ", key, "=", value.substr(0, 80), ": expected ", want));
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// A NUL would cut the option off where it becomes an argument of the compiler.
bool HasControl(const std::string& text) {
  return std::any_of(text.begin(), text.end(), IsControl);
}

std::string Printable(std::string text) {
  std::replace_if(text.begin(), text.end(), IsControl, '?');
  return text;
}

template <typename Integer>
absl::Status Read(const std::string& key, const std::string& value, int64_t low, int64_t high,
                  Integer& to) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(value, &number) || number < low || number > high) {
    return BadOption(key, value, absl::StrCat("a whole number from ", low, " to ", high));
  }
  to = static_cast<Integer>(number);
  return absl::OkStatus();
}

absl::Status ReadSwitch(const std::string& key, const std::string& value, bool& to) {
  if (value != "on" && value != "off") return BadOption(key, value, "on or off");
  to = value == "on";
  return absl::OkStatus();
}

int64_t* TimeoutOf(StageTimeouts& timeouts, const std::string& stage) {
  if (stage == "queue") return &timeouts.queue_ms;
  if (stage == "acquire") return &timeouts.acquire_ms;
  if (stage == "flash") return &timeouts.flash_ms;
  if (stage == "handshake") return &timeouts.handshake_ms;
  if (stage == "load") return &timeouts.load_ms;
  if (stage == "run") return &timeouts.run_ms;
  if (stage == "validate") return &timeouts.validate_ms;
  return nullptr;
}

// How the firmware image is built; see firmware/cross.
struct FirmwareBuild {
  std::string optimization = "O3";
  bool fpu = true;

  std::string Variant() const {
    if (optimization == "O3" && fpu) return "";
    return optimization + (fpu ? "" : "-nofpu");
  }
};

// False for an option that is not the build's.
absl::StatusOr<bool> ReadBuild(const std::string& key, const std::string& value,
                               FirmwareBuild& to) {
  if (key == "build") {
    if (value != "O3" && value != "O2" && value != "Os" && value != "O0") {
      return BadOption(key, value, "O3, O2, Os or O0");
    }
    to.optimization = value;
    return true;
  }
  if (key != "fpu") return false;
  ER_RETURN_IF_ERROR(ReadSwitch(key, value, to.fpu));
  return true;
}

// False for an option that says nothing about the board.
absl::StatusOr<bool> ReadConditions(const std::string& key, const std::string& value,
                                    OperatingConditions& to) {
  bool* const on_off = key == "icache"   ? &to.icache
                       : key == "dcache" ? &to.dcache
                       : key == "art"    ? &to.art
                                         : nullptr;
  if (on_off != nullptr) {
    ER_RETURN_IF_ERROR(ReadSwitch(key, value, *on_off));
    return true;
  }
  if (key != "clock") return false;
  int64_t mhz = 0;
  ER_RETURN_IF_ERROR(Read(key, value, 1, 1'000, mhz));  // of MHz
  to.clock_hz = mhz * 1'000'000;
  return true;
}

// False for an option that is not of another protocol or image.
absl::StatusOr<bool> ReadForeign(const std::string& key, const std::string& value,
                                 ForeignOptions& to) {
  if (key == "regex") {
    ER_RETURN_IF_ERROR(LogPattern::Compile(value).status());
    to.regex = value;
  } else if (key == "baud") {
    ER_RETURN_IF_ERROR(Read(key, value, 1'200, 4'000'000, to.baud));
  } else if (key == "windows") {
    ER_RETURN_IF_ERROR(Read(key, value, 1, 100, to.windows));
  } else if (key == "window_s") {
    double seconds = 0;
    if (!absl::SimpleAtod(value, &seconds) || !(seconds >= 0.001) || !(seconds <= 3'600)) {
      return BadOption(key, value, "seconds from 0.001 to 3600");
    }
    to.window_ms = std::llround(seconds * 1'000);
  } else {
    return false;
  }
  return true;
}

// The compiler reads these too, for its verdict whether the model fits.
void ReadPlacement(const std::string& key, const std::string& value, Placement& to) {
  if (key == "arena") to.arena = value;
  if (key == "weights") to.weights = value;
  if (key == "code") to.code = value;
  if (key == "stack") to.stack = value;
}

}  // namespace

absl::StatusOr<RunOptions> ParseRunOptions(const std::map<std::string, std::string>& options) {
  RunOptions parsed;
  FirmwareBuild build;
  size_t bytes = 0;
  for (const auto& [key, value] : options) bytes += key.size() + value.size();
  if (options.size() > kMostOptions || bytes > kMostOptionBytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                     absl::StrCat("the job has ", options.size(), " options of ", bytes,
                                  " bytes; at most ", kMostOptions, " of ", kMostOptionBytes,
                                  " bytes together are taken, leave some out"));
  }
  for (const auto& [key, value] : options) {
    if (key.empty() || key.size() > 200 || value.size() > 4000 || absl::StrContains(key, '=') ||
        absl::StartsWith(key, "-") || HasControl(key) || HasControl(value)) {
      return BadOption(Printable(key.substr(0, 80)), Printable(value.substr(0, 80)),
                       "a short key without '=' and a short value, both printable");
    }
    if (absl::StartsWith(key, "freeze.")) {
      // It would name a file of the server's machine, whatever may be in it.
      return BadOption(key, value,
                       "no file: freeze.NAME works with edgerack-compile on your own machine");
    }
    if (key == "warmup") {
      ER_RETURN_IF_ERROR(Read(key, value, 0, 1000, parsed.warmup_runs));
    } else if (key == "samples") {
      ER_RETURN_IF_ERROR(Read(key, value, 1, kMostTimedRuns, parsed.timed_runs));
    } else if (key == "board_samples") {
      ER_RETURN_IF_ERROR(Read(key, value, 1, 100'000, parsed.board_samples));
    } else if (key == "sample_seed") {
      ER_RETURN_IF_ERROR(
          Read(key, value, 0, std::numeric_limits<int32_t>::max(), parsed.sample_seed));
    } else if (key == "functions") {
      ER_RETURN_IF_ERROR(Read(key, value, 0, 20'000, parsed.function_samples));
    } else if (key == "trace") {
      ER_RETURN_IF_ERROR(Read(key, value, 0, 16, parsed.trace_samples));
    } else if (absl::StartsWith(key, "timeout.")) {
      const bool ms = absl::EndsWith(key, "_ms");
      int64_t* timeout = ms ? TimeoutOf(parsed.timeouts, key.substr(8, key.size() - 11)) : nullptr;
      if (timeout == nullptr) {
        return BadOption(key, value,
                         "timeout.STAGE_ms with queue, acquire, flash, handshake, load, run or "
                         "validate as STAGE");
      }
      ER_RETURN_IF_ERROR(Read(key, value, 1, kLongestTimeoutMs, *timeout));
    } else {
      ER_ASSIGN_OR_RETURN(bool taken, ReadBuild(key, value, build));
      if (!taken) {
        ER_ASSIGN_OR_RETURN(taken, ReadConditions(key, value, parsed.conditions));
      }
      if (!taken) {
        ER_ASSIGN_OR_RETURN(taken, ReadForeign(key, value, parsed.foreign));
      }
      if (taken) continue;
      ReadPlacement(key, value, parsed.conditions.placement);
      parsed.compile_options.emplace(key, value);
    }
  }
  parsed.firmware_variant = build.Variant();
  return parsed;
}

}  // namespace edgerack::core
