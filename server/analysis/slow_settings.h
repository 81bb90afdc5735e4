// Causes that lie in how the board was set up: clock, build, caches, floating point, placement.
#ifndef SERVER_ANALYSIS_SLOW_SETTINGS_H_
#define SERVER_ANALYSIS_SLOW_SETTINGS_H_

#include <vector>

#include "base/catalog/chip.h"
#include "server/core/explanation.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// DEBUG_BUILD, FPU_OFF, CACHES_OFF, CLOCK_BELOW_MAXIMUM, CODE_IN_SLOW_MEMORY, DATA_IN_SLOW_MEMORY.
// `chip` may be nullptr.
std::vector<core::SlowCause> SlowSettings(const core::Result& result, const Chip* chip);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_SLOW_SETTINGS_H_
