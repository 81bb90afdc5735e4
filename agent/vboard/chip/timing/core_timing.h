// The cycle model of the core: pipeline, branches, caches and memories together. The core says
// which block it enters and what it accesses; the model moves the virtual clock. What a block costs
// depends on the pipeline's state, how it was entered and its code, and is computed once for each
// such case. ESTIMATE: docs/cycle_model.md says how good.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORE_TIMING_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORE_TIMING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "agent/vboard/chip/timing/address_plan.h"
#include "agent/vboard/chip/timing/branch_predictor.h"
#include "agent/vboard/chip/timing/cycle_parts.h"
#include "agent/vboard/chip/timing/decode.h"
#include "agent/vboard/chip/timing/memory_timing.h"
#include "agent/vboard/chip/timing/pipeline.h"
#include "agent/vboard/chip/timing/state_table.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

// A straight run of code with what was computed for it.
class TimedBlock {
 public:
  TimedBlock(uint32_t address, std::vector<MicroOp> ops);

  struct Entry {
    uint32_t start_state = 0;
    Edge edge = Edge::kStart;
    uint32_t end_state = 0;
    BlockTiming timing;
  };
  struct Access {
    uint16_t op = 0;
    bool is_store = false;
    bool conditional = false;
    bool behind_load = false;                         // the instruction before it is a load
    bool even_multiple = false, second_word = false;  // as in DataAccess
    SeenLine seen;
  };

  uint32_t address = 0, size_bytes = 0;
  std::vector<MicroOp> ops;
  std::vector<Access> accesses;                  // in order
  Branch branch;                                 // at its end
  const MemoryTiming::Region* region = nullptr;  // where the code stands
  SeenLine seen;                                 // all its lines
  std::vector<std::unique_ptr<Entry>> entries;   // the last used first
  std::optional<AddressPlan> plan;               // if there is one and no access contradicted it
  int trials = 0;                                // how often the accesses were as planned
  // The plan is relied on: its accesses are not told any more, and are ignored if they are.
  bool planned = false;
};

class CoreTiming {
 public:
  CoreTiming(const ChipFacts& facts, const CycleParts& parts, VirtualClock* clock);

  const CycleParts& parts() const { return parts_; }
  MemoryTiming& memory() { return memory_; }

  std::unique_ptr<TimedBlock> Decode(const uint8_t* code, uint32_t address,
                                     size_t size_bytes) const;
  // The core is at the block's start, with these registers if the block has a plan. What ran before
  // was settled; the block lives until this is.
  void Enter(TimedBlock* block, const CoreRegisters& registers);
  // Brings the clock to the end of the block that was entered last, or to the instruction at `pc`
  // inside it. To be called when the core stops.
  void Settle(std::optional<uint32_t> pc);
  // The next data access of that block.
  void Access(uint32_t address, uint32_t size_bytes, bool is_store);
  // A register of the chip is about to be accessed, which may tell the time.
  void AtRegister(uint32_t address);
  // The program goes on somewhere else: an exception, a debugger.
  void Interrupt() { last_.reset(); }
  void Reset();

 private:
  Edge EdgeInto(uint32_t address);
  TimedBlock::Entry& EntryOf(TimedBlock* block, Edge edge);
  BlockTiming Compute(const TimedBlock& block, Edge edge) const;
  void Charge(TimedBlock::Access& access, uint32_t address, uint32_t size_bytes);
  void ChargePlanned(size_t end_op);
  void CheckPlan(uint32_t address, uint32_t size_bytes);
  void PayUpTo(uint32_t cycle) {
    if (cycle <= paid_) return;
    clock_->Advance(cycle - paid_);
    paid_ = cycle;
  }

  const CycleParts parts_;
  VirtualClock* clock_;
  MicroOpDecoder decoder_;
  Pipeline pipeline_;
  BranchPredictor predictor_;
  MemoryTiming memory_;
  StateTable states_;
  uint32_t state_ = 0;             // at the start of the next block
  TimedBlock* current_ = nullptr;  // running now
  std::optional<Branch> last_;     // at the end of what ran last, if nothing came between
  bool last_flags_are_old_ = false;
  TimedBlock::Entry* entry_ = nullptr;
  uint32_t paid_ = 0;  // cycles of the running block that the clock has
  size_t next_access_ = 0;
  std::vector<AddressPlan::Access> planned_;  // of the running block, if it has a plan
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_CORE_TIMING_H_
