// One assignment on an emulated board, by the same stages that an agent goes through with a board.
#ifndef AGENT_ESTIMATE_EMULATED_RUN_H_
#define AGENT_ESTIMATE_EMULATED_RUN_H_

#include <filesystem>
#include <map>
#include <string>

#include "agent/board/types.h"
#include "agent/estimate/stand_in.h"
#include "agent/vboard/chip/timing/cycle_parts.h"

namespace edgerack::estimate {

struct EmulatedRun {
  StandIn stand_in;
  vboard::CycleParts cycle_parts;
  std::filesystem::path image_dir;               // of the stand-in's firmware
  std::map<std::string, std::string> artifacts;  // bytes, by the names in the assignment
};

// Blocks until the run has ended; the state is finished, with measurement or error.
agent::RunState RunEmulated(const EmulatedRun& run, const agent::Assignment& assignment);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_EMULATED_RUN_H_
