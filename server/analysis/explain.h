// Why a run took its time: what core and settings did to it, and what bounds each layer.
#ifndef SERVER_ANALYSIS_EXPLAIN_H_
#define SERVER_ANALYSIS_EXPLAIN_H_

#include "base/catalog/chip.h"
#include "server/core/explanation.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// Causes of less than this share of the layers' cycles are not named.
inline constexpr double kSmallestShare = 0.02;

// Without the chip (nullptr: this server does not know it) only what the result itself says.
core::Explanation Explain(const core::Result& result, const Chip* chip);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_EXPLAIN_H_
