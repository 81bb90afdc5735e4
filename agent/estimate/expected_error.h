// How far an estimate may be from silicon.
#ifndef AGENT_ESTIMATE_EXPECTED_ERROR_H_
#define AGENT_ESTIMATE_EXPECTED_ERROR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/catalog/chip.h"
#include "base/catalog/emulation_facts.h"
#include "server/core/result.h"

namespace edgerack::estimate {

// Of the cycles of the whole network, either way. A layer may be further off.
struct ExpectedError {
  int64_t median_percent = 0;  // half of the networks are nearer
  int64_t worst_percent = 0;
  std::string source;
};

// The figures of the chip's file, more where the weights do not fit the data cache and stream from
// memory that the core waits for. Empty where the file has none: there are no cycles to be wrong.
std::optional<ExpectedError> ExpectedErrorOf(const EmulationFacts& facts, const Chip& chip,
                                             const core::Memory& memory);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_EXPECTED_ERROR_H_
