// Which parts of the cycle model count; each can be switched off to show what it does.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_CYCLE_PARTS_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_CYCLE_PARTS_H_

#include <absl/status/statusor.h>

#include <string>

namespace edgerack::vboard {

struct CycleParts {
  bool pipeline = true;   // dual issue and latencies; without: a cycle per instruction
  bool fetch = true;      // 8 bytes of code a cycle
  bool branches = true;   // mispredictions and redirects
  bool icache = true;     // waiting for code: caches, accelerator, memories
  bool dcache = true;     // waiting for data
  bool stores = true;     // a full store buffer
  bool unaligned = true;  // loads across a word, store multiples off by a word
  bool banks = true;      // two loads of a pair in one bank

  static CycleParts None();
  bool any() const {
    return pipeline || fetch || branches || icache || dcache || stores || unaligned || banks;
  }
  bool complete() const {
    return pipeline && fetch && branches && icache && dcache && stores && unaligned && banks;
  }
  // Whether data addresses are looked at.
  bool data() const { return dcache || stores || unaligned || banks; }
};

// "on", "off" or names from above separated by commas. INVALID_ARGUMENT names the ones there are.
absl::StatusOr<CycleParts> ParseCycleParts(const std::string& text);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_CYCLE_PARTS_H_
