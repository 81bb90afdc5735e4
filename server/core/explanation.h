// Why a result took the time it took: per layer what bounds it, and the causes with their shares.
#ifndef SERVER_CORE_EXPLANATION_H_
#define SERVER_CORE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgerack::core {

// The bounds are estimates from what core and memories can do at best.
struct LayerExplanation {
  int32_t index = 0;
  std::string name;
  std::string op;
  std::string kernel;
  int64_t cycles = 0;
  double share = 0;  // of all layers' cycles, 0..1
  int64_t macs = 0;
  int64_t bytes = 0;  // weights, inputs and outputs, each once
  int64_t arithmetic_cycles = 0;
  int64_t requantization_cycles = 0;
  int64_t memory_cycles = 0;
  std::string memory;  // the region that most of memory_cycles wait for; empty when nothing waits
  // arithmetic, requantization, bandwidth, copies, overhead; empty where nothing can be said.
  std::string bound;
};

struct SlowCause {
  std::string code;                // docs/explain.md lists them
  std::optional<double> share;     // of the layers' cycles that it touches, 0..1
  std::optional<double> slowdown;  // by how much it lengthens what it touches, where that is known
  std::string evidence;
  std::string fix;
  std::vector<int32_t> layers;  // the heaviest first; empty = the whole run
};

struct Explanation {
  int64_t clock_hz = 0;
  int64_t cycles = 0;        // of all layers
  bool estimated = false;    // the cycles are modelled
  int64_t bound_cycles = 0;  // the sum of each layer's largest bound; 0 = not known for this core
  std::vector<SlowCause> causes;  // the largest first
  std::vector<LayerExplanation> layers;
  std::vector<std::string> notes;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_EXPLANATION_H_
