// An estimate as a person reads it.
#ifndef AGENT_ESTIMATE_VIEW_H_
#define AGENT_ESTIMATE_VIEW_H_

#include <string>

#include "agent/estimate/estimate.h"

namespace edgerack::estimate {

// Latency with its expected error, memory, the layers, and the findings of the compiler's `report`.
std::string Render(const Estimate& estimate, const std::string& report);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_VIEW_H_
