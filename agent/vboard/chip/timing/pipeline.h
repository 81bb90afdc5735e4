// The in-order, dual-issue pipeline of the Cortex-M7 as an exact automaton: a state at a block's
// start and the block's micro-ops give the cycles and the state at its end. Without memory: what
// caches and buses add is the business of memory_timing.h.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_PIPELINE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_PIPELINE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

// How a block was entered from the one before it.
enum class Edge : uint8_t {
  kStart,        // nothing is known of what ran before
  kFallThrough,  // the next address
  kTaken,        // a branch, predicted
  kRedirected,   // a branch whose target the decoder found
  kMispredicted,
  kMispredictedEarly,  // its flags were old
  kCount
};

// What is left of earlier instructions, in cycles before the present one.
struct PipelineState {
  struct Value {
    Producer producer = Producer::kReady;
    uint8_t age = 0;
  };
  std::array<Value, kRegisters> registers{};
  uint8_t flags_age = 255;               // 255: long ago
  uint8_t accumulate_age = 255;          // of the last VFMA or VMLA
  IssueClass slot = IssueClass::kAlone;  // of the instruction that may be paired with
  bool slot_accumulates = false;
  bool slot_fp_older_only = false;
  uint8_t fetch_lead = 0;  // cycles that fetching is ahead
};

struct BlockTiming {
  uint32_t cycles = 0;
  PipelineState end;
  std::vector<uint32_t> issue;  // per micro-op: the cycle at which it issues
  std::vector<bool> younger;    // it shares the cycle of the one before it
  bool flags_are_old = false;   // at its last instruction, for a branch on them
};

struct PipelineOptions {
  bool fetch = true;  // 8 bytes a cycle; false: code is always there
};

class Pipeline {
 public:
  explicit Pipeline(const PipelineOptions& options) : options_(options) {}

  BlockTiming Run(const PipelineState& start, Edge edge, uint32_t address,
                  const std::vector<MicroOp>& ops) const;

 private:
  PipelineOptions options_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_PIPELINE_H_
