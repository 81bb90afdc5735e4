// What `edgerack sweep --vary` goes through.
#ifndef CLIENT_CLI_COMMANDS_SWEEP_AXES_H_
#define CLIENT_CLI_COMMANDS_SWEEP_AXES_H_

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "edgerack/v1/boards.pb.h"

namespace edgerack::cli {

using Options = std::map<std::string, std::string>;  // of a job

struct AxisValue {
  std::string label;
  Options options;
};

struct Axis {
  std::string name;
  std::vector<AxisValue> values;  // the usual one first
};

// True for `--vary` items of which some need to know the chip: placement and clock.
bool NeedsChip(const std::vector<std::string>& items);

// "build,fpu", or "build=O3,O0" with values of one's own; `chip` may be empty unless NeedsChip.
// INVALID_ARGUMENT (BAD_USAGE), naming what is known, also for too many combinations.
absl::StatusOr<std::vector<Axis>> ParseAxes(const std::vector<std::string>& items,
                                            const v1::ChipFacts& chip);

// Names for `--help`.
std::string KnownAxisNames();

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_SWEEP_AXES_H_
