// What the Cortex-M7 guesses about branches: directions from counters chosen by address and recent
// history, targets from the branch target address cache, returns from a stack. Its structure is
// not published; the sizes are facts of cortex_m7.cc.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_BRANCH_PREDICTOR_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_BRANCH_PREDICTOR_H_

#include <cstdint>
#include <vector>

#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

struct Branch {
  uint32_t address = 0;
  BranchKind kind = BranchKind::kNone;
  bool conditional = false;
  uint32_t next_address = 0;  // where the program goes on if it is not taken
};

enum class Prediction { kRight, kTargetUnknown, kWrong };

class BranchPredictor {
 public:
  explicit BranchPredictor(const BranchFacts& facts);

  // What the guess was worth now that the branch went to `went_to`; learns from it.
  Prediction Resolve(const Branch& branch, uint32_t went_to);
  void Reset();

 private:
  struct Target {
    uint32_t address = 1;  // of the branch; no branch is at an odd one
    uint32_t target = 0;
  };
  bool GuessDirection(uint32_t address, bool taken);
  Target& TargetOf(uint32_t address);
  void PushReturn(uint32_t address);
  uint32_t PopReturn();

  BranchFacts facts_;
  std::vector<uint8_t> counters_;
  std::vector<Target> targets_;
  std::vector<uint32_t> returns_;
  uint32_t history_ = 0;
  uint32_t return_top_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_BRANCH_PREDICTOR_H_
