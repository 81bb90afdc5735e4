// Halting debug as the debugger sees it: DHCSR, DCRSR, DCRDR, DEMCR, DFSR; the breakpoint unit
// (FPB) and the DWT. State only; the processor does the halting.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_DEBUG_UNIT_H_
#define EDGERACK_AGENT_VBOARD_CHIP_DEBUG_UNIT_H_

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "agent/vboard/chip/data_watch.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

// Who makes the present bus access: some registers answer the debugger and not the program.
struct AccessOrigin {
  bool debugger = false;
};

// Reasons of a debug event, as in DFSR.
enum DebugEvent : uint32_t {
  kDebugHalted = 1,
  kDebugBreakpoint = 2,
  kDebugWatchpoint = 4,
  kDebugVectorCatch = 8,
  kDebugExternal = 16,
};

// Vector catch bits of DEMCR.
enum VectorCatch : uint32_t {
  kCatchReset = 1u << 0,
  kCatchMemManage = 1u << 4,
  kCatchNoCoprocessor = 1u << 5,
  kCatchCheck = 1u << 6,
  kCatchState = 1u << 7,
  kCatchBus = 1u << 8,
  kCatchInterrupt = 1u << 9,
  kCatchHardFault = 1u << 10,
};

// What the debug registers act upon.
class DebugTarget {
 public:
  virtual ~DebugTarget() = default;
  virtual void DebugHalt(uint32_t reason) = 0;
  virtual void DebugResume(bool step) = 0;  // a step ends halted again before this returns
  virtual bool ReadCoreRegister(uint32_t selector, uint32_t* value) = 0;
  virtual void WriteCoreRegister(uint32_t selector, uint32_t value) = 0;
  virtual bool IsSleeping() const = 0;
  virtual bool IsLockedUp() const = 0;
  virtual bool InReset() const = 0;
};

class DebugUnit {
 public:
  DebugUnit(DebugTarget* target, const AccessOrigin* origin) : target_(target), origin_(origin) {}

  // Offsets from 0xE000ED00: 0x30 DFSR, 0xF0..0xFC.
  uint32_t Read(uint32_t offset);
  void Write(uint32_t offset, uint32_t value, uint32_t mask);
  // The debug logic survives a system reset; only C_HALT does not.
  void OnSystemReset();
  void PowerOnReset();

  bool enabled() const { return (control_ & 1) != 0; }
  bool halt_requested() const { return (control_ & 2) != 0; }
  bool masks_interrupts() const { return enabled() && (control_ & 8) != 0; }
  bool trace_enabled() const { return (demcr_ & (1u << 24)) != 0; }
  bool halted() const { return halted_; }
  // DWT_PCSR: where the core is, or all ones while it does not execute.
  uint32_t SampledPc() const {
    constexpr uint32_t kProgramCounter = 15, kNone = 0xFFFFFFFF;
    uint32_t pc = kNone;
    const bool executes =
        !halted_ && !target_->IsSleeping() && !target_->IsLockedUp() && !target_->InReset();
    if (executes) target_->ReadCoreRegister(kProgramCounter, &pc);
    return pc;
  }
  bool Catches(uint32_t vector) const { return enabled() && (demcr_ & vector) != 0; }
  // Entering debug state always sets C_HALT.
  void EnterHalt(uint32_t reason) {
    halted_ = true;
    control_ |= 2;
    dfsr_ |= reason;
  }
  void LeaveHalt() { halted_ = false; }

 private:
  void WriteControl(uint32_t value);

  DebugTarget* target_;
  const AccessOrigin* origin_;
  uint32_t control_ = 0;  // the C_ bits of DHCSR
  uint32_t dcrdr_ = 0;
  uint32_t demcr_ = 0;
  uint32_t dfsr_ = 0;
  bool halted_ = false;
  bool reset_seen_ = true;  // S_RESET_ST
};

// Breakpoint unit, version 2: each comparator holds a whole address.
class BreakpointUnit : public Device {
 public:
  static constexpr int kComparators = 8;
  explicit BreakpointUnit(std::function<void()> changed) : changed_(std::move(changed)) {}
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override {}  // debug registers keep their value over a system reset
  std::set<uint32_t> Addresses() const;

 private:
  std::function<void()> changed_;
  bool enabled_ = false;
  std::array<uint32_t, kComparators> comparators_{};
};

// DWT: the cycle counter and four data comparators.
class WatchUnit : public Device {
 public:
  static constexpr int kComparators = 4;
  WatchUnit(const VirtualClock* clock, const DebugUnit* debug, const AccessOrigin* origin,
            std::function<void()> changed)
      : clock_(clock), debug_(debug), origin_(origin), changed_(std::move(changed)) {}
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override {}
  // The counter stands still while the core is halted, and in sleep unless DBGMCU keeps its clock.
  void SetFrozen(bool frozen);
  void OnTraceEnableChanged() { Settle(); }
  std::vector<DataWatch> Watches() const;
  void MarkMatched(uint32_t address);

 private:
  bool Counting() const { return (control_ & 1) != 0 && !frozen_ && counting_allowed_; }
  void Settle();

  const VirtualClock* clock_;
  const DebugUnit* debug_;
  const AccessOrigin* origin_;
  std::function<void()> changed_;
  uint32_t control_ = 0;
  uint32_t count_ = 0;  // at base_cycle_
  uint64_t base_cycle_ = 0;
  bool frozen_ = false;
  bool counting_allowed_ = false;  // DEMCR.TRCENA
  bool locked_ = true;
  struct Comparator {
    uint32_t value = 0;
    uint32_t mask = 0;
    uint32_t function = 0;
    bool matched = false;
  };
  std::array<Comparator, kComparators> comparators_{};
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_DEBUG_UNIT_H_
