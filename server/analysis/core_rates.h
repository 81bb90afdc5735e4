// What a core can do in a cycle at best, for bounds that no kernel goes below.
#ifndef SERVER_ANALYSIS_CORE_RATES_H_
#define SERVER_ANALYSIS_CORE_RATES_H_

#include <string>

namespace edgerack::analysis {

struct CoreRates {
  double integer_macs = 0;  // per cycle, int8 and int16 operands
  double float_macs = 0;    // per cycle, float32
  double requantize_cycles =
      0;                    // per int8 output: multiply high, rounding shift, offset, clamp, store
  double copied_bytes = 0;  // per cycle, read and written again, by words
  double tightly_coupled_bytes = 0;  // per cycle, between core and TCM
};

// `core` as in a chip's file, e.g. "cortex-m7". nullptr for a core of which nothing is known.
const CoreRates* RatesOf(const std::string& core);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_CORE_RATES_H_
