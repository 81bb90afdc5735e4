// A whole Cortex-M7: the core plus exceptions, faults, sleep, reset and halting debug. One thread.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_PROCESSOR_H_
#define EDGERACK_AGENT_VBOARD_CHIP_PROCESSOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/core.h"
#include "agent/vboard/chip/debug_unit.h"
#include "agent/vboard/chip/exception_table.h"
#include "agent/vboard/chip/noise.h"
#include "agent/vboard/chip/slow_code.h"
#include "agent/vboard/chip/system_control.h"
#include "agent/vboard/chip/systick.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

enum class RunResult {
  kRan,       // the slice is over
  kSleeping,  // WFI or WFE, nothing to do before the next event
  kStopped,   // halted by the debugger, held in reset or locked up
};

struct ProcessorOptions {
  CycleParts cycles;  // none: a cycle per instruction
  // Off: the emulator tells the cycle model of each access, which is slower and comes to the same
  // cycles; for tests.
  bool plans_accesses = true;
  double jitter_percent = 0;  // see Noise
  uint64_t jitter_seed = 0;
  std::vector<SlowRange> slow_code;
};

class Processor : public DebugTarget {
 public:
  Processor(const ChipFacts& facts, const ProcessorOptions& options, Bus* bus, VirtualClock* clock,
            AccessOrigin* origin);
  ~Processor() override = default;

  // A store by the program into flash memory. Set before running.
  void SetFlashStore(std::function<bool(uint32_t, unsigned, uint32_t)> store) {
    flash_store_ = std::move(store);
  }
  // Called when a reset happens, before the core starts again. `by_program`: AIRCR; otherwise pin
  // or watchdog.
  void SetResetHandler(std::function<void()> handler) { reset_handler_ = std::move(handler); }
  // Whether DBGMCU keeps the core's clock running in sleep mode.
  void SetSleepClock(std::function<bool()> on) { sleep_clock_ = std::move(on); }

  // Called when the debugger halts or releases the core.
  void SetHaltChanged(std::function<void(bool halted)> changed) {
    halt_changed_ = std::move(changed);
  }

  // Runs until `until_cycle`, sleep or a stop.
  RunResult Run(uint64_t until_cycle);
  // The program is in the flash now; used after a reset. Reset is carried out at once unless the
  // core runs.
  void RequestReset() {
    reset_requested_ = true;
    core_->RequestAttention();
  }
  // nRST held low. Releasing it starts the chip.
  void HoldInReset(bool hold);
  void PowerOn();

  void SetIrqLine(int irq, bool high);
  // Flash wait states do not suffice for the clock: what is fetched from there cannot be executed.
  void SetFlashUnreadable(bool unreadable);
  // Clocks and flash settings, for the cycle model.
  void SetMemoryClocks(const MemoryClocks& clocks);
  void CodeChanged(uint32_t address, uint32_t size_bytes) {
    core_->CodeChanged(address, size_bytes);
  }

  Core& core() { return *core_; }
  ExceptionTable& table() { return table_; }
  SystemControl& system() { return *system_; }
  DebugUnit& debug() { return debug_; }
  WatchUnit& watch() { return watch_; }
  bool sleeping() const { return sleep_ != Sleep::kAwake; }
  bool locked_up() const { return locked_up_; }

  // DebugTarget
  void DebugHalt(uint32_t reason) override;
  void DebugResume(bool step) override;
  bool ReadCoreRegister(uint32_t selector, uint32_t* value) override;
  void WriteCoreRegister(uint32_t selector, uint32_t value) override;
  bool IsSleeping() const override { return sleeping(); }
  bool IsLockedUp() const override { return locked_up_; }
  bool InReset() const override { return held_in_reset_; }

 private:
  enum class Sleep { kAwake, kUntilInterrupt, kUntilEvent };

  ExceptionMasks Masks() const;
  bool OnCheck(uint32_t pc);
  bool OnTrap(uint32_t pc);
  bool OnWatched(uint32_t pc, const BlockFigures& figures);
  void Handle(const Stop& stop);
  void RefreshTraps();
  void RefreshWatchedFlags();
  void RefreshCacheControl();
  void ResetNow();
  void EnterHalt(uint32_t reason);
  void Freeze();
  void StepOne();
  void FallAsleep(Sleep how);
  bool StillAsleep();

  // exceptions.cc
  void TakeException(int number, uint32_t return_address);
  bool PushFrame(uint32_t return_address, uint32_t* exc_return);
  void ReturnFromException(uint32_t exc_return);
  // A synchronous fault at `return_address`: the handler, or HardFault, or lockup.
  void Fault(int exception, uint32_t cfsr_bits, uint32_t return_address);
  void FaultCaught(int exception, uint32_t cfsr_bits);
  void LockUp(uint32_t pc);
  bool VectorOf(int number, uint32_t* address);

  const ChipFacts& facts_;
  Bus* bus_;
  VirtualClock* clock_;
  AccessOrigin* origin_;
  ExceptionTable table_;
  SysTick systick_;
  DebugUnit debug_;
  BreakpointUnit breakpoints_;
  WatchUnit watch_;
  Noise noise_;
  std::unique_ptr<SystemControl> system_;
  std::unique_ptr<Core> core_;
  std::function<bool(uint32_t, unsigned, uint32_t)> flash_store_;
  std::function<void()> reset_handler_;
  std::function<bool()> sleep_clock_;
  std::function<void(bool)> halt_changed_;

  Sleep sleep_ = Sleep::kAwake;
  uint64_t pend_count_at_sleep_ = 0;
  bool event_ = false;  // the event register of WFE
  bool locked_up_ = false;
  bool held_in_reset_ = false;
  bool reset_requested_ = false;
  bool traps_changed_ = false;
  bool flash_unreadable_ = false;
  bool running_ = false;  // inside Run
  uint64_t slice_end_ = 0;
  std::set<uint32_t> breakpoint_addresses_;
  std::set<uint32_t> fp_traps_;
  std::set<uint32_t> divide_traps_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_PROCESSOR_H_
