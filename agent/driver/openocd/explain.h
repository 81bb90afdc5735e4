// What went wrong in an OpenOCD run, from its output. A pure function over a table of patterns.
#ifndef AGENT_DRIVER_OPENOCD_EXPLAIN_H_
#define AGENT_DRIVER_OPENOCD_EXPLAIN_H_

#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::agent {

struct OpenocdOutcome {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;          // the agent killed it
  int64_t deadline_ms = 0;         // how long it was given
  std::vector<std::string> lines;  // its output, in order
};

// OK for a run that ended well, else one of
//   WRONG_PROBE, PROBE_NOT_FOUND, PROBE_IN_USE, PROBE_NOT_ALLOWED, PROBE_TIMEOUT, PROBE_KILLED,
//   PROBE_FAILED, OPENOCD_CONFIG, TARGET_NOT_CONNECTED, WRONG_BOARD (INFRASTRUCTURE)
//   TARGET_NOT_HALTED, WRONG_CHIP, FLASH_PROTECTED, FLASH_WRITE_FAILED, FLASH_VERIFY_FAILED,
//   FLASH_OUT_OF_RANGE (BOARD)
// with the line of OpenOCD that says so and the next step.
absl::Status ExplainOpenocd(const OpenocdOutcome& outcome);

}  // namespace edgerack::agent

#endif  // AGENT_DRIVER_OPENOCD_EXPLAIN_H_
