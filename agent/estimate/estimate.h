// The whole way of a model in one process: the compiler as a child, the board's stages on an
// emulated chip, the server's result. No board, server or agent is asked.
#ifndef AGENT_ESTIMATE_ESTIMATE_H_
#define AGENT_ESTIMATE_ESTIMATE_H_

#include <map>
#include <optional>
#include <string>

#include "agent/estimate/expected_error.h"
#include "agent/vboard/chip/timing/cycle_parts.h"
#include "base/error.h"
#include "server/core/result.h"

namespace edgerack::estimate {

// Runs before the timed ones, and timed ones, where the options do not say. A modelled core repeats
// itself, so few are enough.
inline constexpr int kWarmupRuns = 1;
inline constexpr int kTimedRuns = 2;

struct EstimateRequest {
  std::string model;                           // a file
  std::string kind;                            // of board
  std::string quantize;                        // empty = the compiler's default
  std::string calibration;                     // a file; empty = none
  std::map<std::string, std::string> options;  // of compiler and run
  vboard::CycleParts cycle_parts;  // of the cycle model; all, unless one's effect is asked
};

struct Estimate {
  core::Result result;  // without ids and times of day; cycles and latency are `estimated`
  std::optional<ExpectedError> expected_error;  // empty where only instructions are counted
  std::string stand_in;  // which other chip was emulated, for a person; empty = the kind's own
};

// `report` is the compiler's, filled whenever it wrote one, also when the model was refused.
// Errors: those of compiler, run options and board, and
//   NOT_ESTIMATED (USER)  no emulation stands for the kind's chip
absl::StatusOr<Estimate> MakeEstimate(const EstimateRequest& request, std::string& report);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_ESTIMATE_H_
