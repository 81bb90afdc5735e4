#include "agent/estimate/expected_error.h"

namespace edgerack::estimate {
namespace {

bool WeightsStream(const Chip& chip, const core::Memory& memory) {
  const MemoryRegion* region = chip.FindMemory(memory.weights_region);
  return region != nullptr && region->line_cycles &&
         memory.weights_bytes.value_or(0) > static_cast<int64_t>(chip.dcache_bytes);
}

}  // namespace

std::optional<ExpectedError> ExpectedErrorOf(const EmulationFacts& facts, const Chip& chip,
                                             const core::Memory& memory) {
  if (facts.median_percent == 0) return std::nullopt;
  const uint64_t more = WeightsStream(chip, memory) ? facts.streaming_percent : 0;
  return ExpectedError{static_cast<int64_t>(facts.median_percent + more),
                       static_cast<int64_t>(facts.worst_percent + more), facts.source};
}

}  // namespace edgerack::estimate
