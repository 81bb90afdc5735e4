// The job options the run itself uses; all others go to the compiler as they are.
#ifndef SERVER_CORE_RUN_OPTIONS_H_
#define SERVER_CORE_RUN_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>

#include "base/catalog/placement.h"
#include "base/error.h"

namespace edgerack::core {

// How long each stage of one attempt may take. Job option `timeout.<stage>_ms` overrides one.
// `queue` runs from the moment the run is ready until a board takes it; the agent watches the rest.
struct StageTimeouts {
  int64_t queue_ms = 24 * 3'600'000;
  int64_t acquire_ms = 30'000;
  int64_t flash_ms = 120'000;
  int64_t handshake_ms = 15'000;
  int64_t load_ms = 120'000;
  int64_t run_ms = 600'000;
  int64_t validate_ms = 600'000;

  // All stages a board goes through, together.
  int64_t AttemptMs() const {
    return acquire_ms + flash_ms + handshake_ms + load_ms + run_ms + validate_ms;
  }
};

// How the board works while it runs. Whether a chip can, its compiler and its agent know.
struct OperatingConditions {
  int64_t clock_hz = 0;  // option `clock`, 1 .. 1000 MHz; 0 = the board's usual
  bool icache = true;    // options `icache`, `dcache`, `art`: on, off
  bool dcache = true;
  bool art = true;
  Placement placement;  // options `arena`, `weights`, `code`, `stack`: names of memories
};

// Of another protocol than the link, or of somebody else's image.
struct ForeignOptions {
  uint32_t baud = 0;           // option `baud`: of the image's console; 0 = the board's usual
  int32_t windows = 5;         // option `windows`, 1 .. 100, of mlperf-tiny
  int64_t window_ms = 10'000;  // option `window_s`, 0.001 .. 3600, of mlperf-tiny
  std::string regex;           // option `regex`, of log-regex
};

struct RunOptions {
  int32_t warmup_runs = 2;  // option `warmup`, 0 .. 1000
  int32_t timed_runs = 20;  // option `samples`, 1 .. 1024
  int64_t board_samples =
      100;                    // option `board_samples`, 1 .. 100 000: dataset samples on the board
  int64_t sample_seed = 0;    // option `sample_seed`: 0 spreads them evenly, others draw at random
  int64_t trace_samples = 0;  // option `trace`, 0 .. 16: of those, traced layer by layer
  int64_t function_samples = 0;  // option `functions`, 0 .. 20 000 samples of the program counter
  StageTimeouts timeouts;        // 1 ms .. 7 days each
  // Options `build` (O3, O2, Os, O0) and `fpu` (on, off): which firmware image runs. The name of
  // its folder among the variants of the board's image, e.g. "O0-nofpu"; empty = the image itself.
  std::string firmware_variant;
  OperatingConditions conditions;
  ForeignOptions foreign;
  // What the compiler reads: all that is not the run's alone.
  std::map<std::string, std::string> compile_options;
};

// INVALID_ARGUMENT, class JOB, code BAD_OPTION, naming the option, its value and the range.
absl::StatusOr<RunOptions> ParseRunOptions(const std::map<std::string, std::string>& options);

}  // namespace edgerack::core

#endif  // SERVER_CORE_RUN_OPTIONS_H_
