// The roofline of one layer: what arithmetic, requantization and memory each need at least.
#ifndef SERVER_ANALYSIS_ROOFLINE_H_
#define SERVER_ANALYSIS_ROOFLINE_H_

#include <cstdint>
#include <string>

#include "base/catalog/chip.h"
#include "server/analysis/core_rates.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// A layer is called bound by what takes at least 1/kBoundFactor of its cycles; else its loops and
// addressing (overhead) take them.
inline constexpr double kBoundFactor = 3;
// A copy that takes more instructions than this for each byte does not copy words.
inline constexpr double kBytewiseInstructions = 2;

// Where a model's parts lie and how the core reaches them.
struct MemoryView {
  const MemoryRegion* weights = nullptr;  // nullptr = not known: nothing is said about it
  const MemoryRegion* arena = nullptr;
  uint64_t dcache_bytes = 0;  // 0 = off or none
};

struct LayerBounds {
  double arithmetic_cycles = 0;
  double requantization_cycles = 0;
  double memory_cycles = 0;
  std::string memory;  // the region of the larger part of memory_cycles
  double largest() const;
};

// Only moves values: no arithmetic, so its bytes are its work.
bool IsCopy(const std::string& op);

// Weights are read once, past the cache; activations count where they exceed the data cache, or
// where there is none. All figures are estimates.
LayerBounds BoundsOf(const core::Layer& layer, const CoreRates& rates, const MemoryView& memory);

// "arithmetic", "requantization", "bandwidth", "copies" or "overhead"; "" without cycles.
std::string BoundOf(const core::Layer& layer, const LayerBounds& bounds);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_ROOFLINE_H_
