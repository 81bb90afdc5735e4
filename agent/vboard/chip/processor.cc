#include "agent/vboard/chip/processor.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kScsBase = 0xE000E000, kDwtBase = 0xE0001000, kFpbBase = 0xE0002000;
constexpr uint32_t kPrivateBlock = 0x1000;
constexpr uint32_t kThumbBit = 1u << 24;

}  // namespace

Processor::Processor(const ChipFacts& facts, const ProcessorOptions& options, Bus* bus,
                     VirtualClock* clock, AccessOrigin* origin)
    : facts_(facts),
      bus_(bus),
      clock_(clock),
      origin_(origin),
      table_(facts.irq_count),
      systick_(clock, [this] { table_.SetPending(kSysTick, true); }),
      debug_(this, origin),
      breakpoints_([this] {
        traps_changed_ = true;
        core_->RequestAttention();
      }),
      watch_(clock, &debug_, origin,
             [this] {
               traps_changed_ = true;
               core_->RequestAttention();
             }),
      noise_(options.jitter_percent, options.jitter_seed) {
  system_ = std::make_unique<SystemControl>(
      facts, &table_, &systick_, &debug_, origin,
      SystemControl::Callbacks{[this] {
                                 core_->RequestAttention();
                                 RefreshWatchedFlags();
                                 watch_.OnTraceEnableChanged();
                                 RefreshCacheControl();
                               },
                               [this] { RequestReset(); }, [this] { return core_->ipsr(); },
                               [this](uint32_t offset, uint32_t value) {
                                 if (CoreTiming* timing = core_->timing()) {
                                   timing->memory().Maintain(offset, value);
                                 }
                               }});
  core_ = std::make_unique<Core>(
      facts, bus, clock, options.cycles, options.slow_code,
      Core::Callbacks{[this](uint32_t pc) { return OnCheck(pc); },
                      [this](uint32_t pc) { return OnTrap(pc); },
                      [this](uint32_t pc, const BlockFigures& f) { return OnWatched(pc, f); },
                      [this](uint32_t address, unsigned size, uint32_t value) {
                        return flash_store_ && flash_store_(address, size, value);
                      }});
  if (!options.plans_accesses) core_->TellEveryAccess();
  core_->SetWatchHit([this](uint32_t address) {
    watch_.MarkMatched(address);
    if (debug_.enabled()) EnterHalt(kDebugWatchpoint);
  });
  bus->AddDevice("SCS", kScsBase, kPrivateBlock, system_.get());
  bus->AddDevice("DWT", kDwtBase, kPrivateBlock, &watch_);
  bus->AddDevice("FPB", kFpbBase, kPrivateBlock, &breakpoints_);
  RefreshWatchedFlags();
}

ExceptionMasks Processor::Masks() const {
  ExceptionMasks masks;
  masks.primask = core_->primask() != 0;
  masks.faultmask = core_->faultmask() != 0;
  masks.basepri = static_cast<uint8_t>(core_->basepri());
  masks.debugger_masks_interrupts = debug_.masks_interrupts();
  return masks;
}

void Processor::SetIrqLine(int irq, bool high) {
  table_.SetLine(irq, high);
  core_->RequestAttention();
}

void Processor::SetFlashUnreadable(bool unreadable) {
  flash_unreadable_ = unreadable;
  core_->RequestAttention();
}

void Processor::SetMemoryClocks(const MemoryClocks& clocks) {
  if (CoreTiming* timing = core_->timing()) timing->memory().SetClocks(clocks);
}

void Processor::RefreshCacheControl() {
  CoreTiming* timing = core_->timing();
  if (timing == nullptr) return;
  timing->memory().SetControl({.instruction_cache = system_->instruction_cache(),
                               .data_cache = system_->data_cache(),
                               .mpu = system_->mpu()});
}

void Processor::RefreshWatchedFlags() {
  uint8_t flags = kBlockHasSendEvent | kBlockChangesMasks;
  if (!system_->FpuEnabled()) flags |= kBlockHasFp;
  if (system_->DivideByZeroTraps()) flags |= kBlockHasDivide;
  core_->SetWatchedFlags(flags);
}

void Processor::RefreshTraps() {
  traps_changed_ = false;
  breakpoint_addresses_ = breakpoints_.Addresses();
  if (system_->FpuEnabled()) fp_traps_.clear();
  if (!system_->DivideByZeroTraps()) divide_traps_.clear();
  std::set<uint32_t> all = breakpoint_addresses_;
  all.insert(fp_traps_.begin(), fp_traps_.end());
  all.insert(divide_traps_.begin(), divide_traps_.end());
  core_->SetTraps(all);
  core_->SetWatches(debug_.enabled() ? watch_.Watches() : std::vector<DataWatch>());
}

bool Processor::OnCheck(uint32_t pc) {
  core_->ClearAttention();
  clock_->RunDue();
  clock_->Advance(noise_.Extra(clock_->cycles()));
  core_->SetCycleLimit(std::min({slice_end_, clock_->next_due_cycle(), noise_.next_cycle()}));
  if (clock_->cycles() >= slice_end_ || reset_requested_ || traps_changed_ || debug_.halted() ||
      held_in_reset_ || core_->HasStaleCode()) {
    return true;
  }
  if (flash_unreadable_) {
    const Memory* memory = bus_->FindMemory(pc, 2);
    if (memory != nullptr && memory->fact.kind != MemoryKind::kRam) return true;
    core_->RequestAttention();
  }
  if (table_.HighestPending() != kNoException) {
    // If it is masked, the next look is after a block that changes the masks, or when anything in
    // the NVIC changes: programs that compute with interrupts off must not pay for each block.
    if (table_.Takeable(Masks()) != kNoException) return true;
  }
  return false;
}

bool Processor::OnTrap(uint32_t pc) {
  if (breakpoint_addresses_.count(pc) != 0 && debug_.enabled()) return true;
  if (fp_traps_.count(pc) != 0 && !system_->FpuEnabled()) return true;
  if (divide_traps_.count(pc) != 0 && system_->DivideByZeroTraps()) {
    const Memory* memory = bus_->FindMemory(pc, 4);
    if (memory == nullptr) return false;
    const int divisor =
        core_->model().DivisorRegister(memory->bytes + (pc - memory->fact.address), pc, 4);
    return divisor >= 0 && core_->r(divisor) == 0;
  }
  return false;
}

bool Processor::OnWatched(uint32_t pc, const BlockFigures& figures) {
  if ((figures.flags & kBlockHasSendEvent) != 0) event_ = true;
  if ((figures.flags & kBlockChangesMasks) != 0) core_->RequestAttention();
  bool stop = false;
  if ((figures.flags & kBlockHasFp) != 0 && !system_->FpuEnabled() &&
      fp_traps_.insert(pc + figures.first_fp_offset).second) {
    stop = true;
  }
  if ((figures.flags & kBlockHasDivide) != 0 && system_->DivideByZeroTraps()) {
    // Every division of the block: a trap is cheap next to a missed fault.
    for (uint32_t at = pc + figures.first_divide_offset; at < pc + 1024; at += 2) {
      const Memory* memory = bus_->FindMemory(at, 4);
      if (memory == nullptr || at >= pc + figures.size_bytes) break;
      if (core_->model().DivisorRegister(memory->bytes + (at - memory->fact.address), at, 4) >= 0 &&
          divide_traps_.insert(at).second) {
        stop = true;
      }
    }
  }
  if (stop) traps_changed_ = true;
  return stop;
}

void Processor::FallAsleep(Sleep how) {
  sleep_ = how;
  pend_count_at_sleep_ = table_.pend_count();
  if (!sleep_clock_ || !sleep_clock_()) watch_.SetFrozen(true);
}

bool Processor::StillAsleep() {
  bool wakes = table_.WakesFromSleep(Masks());
  if (sleep_ == Sleep::kUntilEvent) {
    if (event_) wakes = true;
    if (system_->send_event_on_pend() && table_.pend_count() != pend_count_at_sleep_) wakes = true;
  }
  if (!wakes) return true;
  if (sleep_ == Sleep::kUntilEvent) event_ = false;
  sleep_ = Sleep::kAwake;
  watch_.SetFrozen(debug_.halted());
  return false;
}

RunResult Processor::Run(uint64_t until_cycle) {
  slice_end_ = until_cycle;
  for (;;) {
    clock_->RunDue();
    if (reset_requested_ && !held_in_reset_) ResetNow();
    if (held_in_reset_ || debug_.halted() || locked_up_) return RunResult::kStopped;
    if (traps_changed_) RefreshTraps();
    if (sleep_ != Sleep::kAwake && StillAsleep()) return RunResult::kSleeping;
    const int exception = table_.Takeable(Masks());
    if (exception != kNoException) {
      TakeException(exception, core_->r(15));
      continue;
    }
    if (clock_->cycles() >= slice_end_) return RunResult::kRan;
    if (flash_unreadable_) {
      const Memory* memory = bus_->FindMemory(core_->r(15), 2);
      if (memory != nullptr && memory->fact.kind != MemoryKind::kRam) {
        Fault(kBusFault, kIbusErr, core_->r(15));
        continue;
      }
    }
    core_->RequestAttention();
    Handle(core_->Run(false));
  }
}

void Processor::Handle(const Stop& stop) {
  const uint32_t pc = core_->r(15);
  switch (stop.kind) {
    case StopKind::kAsked:
    case StopKind::kStepped:
      break;
    case StopKind::kTrap:
      if (breakpoint_addresses_.count(pc) != 0 && debug_.enabled()) {
        EnterHalt(kDebugBreakpoint);
      } else if (fp_traps_.count(pc) != 0 && !system_->FpuEnabled()) {
        spdlog::warn("floating point at 0x{:08x} before CPACR allows it: UsageFault, NOCP", pc);
        Fault(kUsageFault, kNoCp, pc);
      } else {
        Fault(kUsageFault, kDivByZero, pc);
      }
      break;
    case StopKind::kSupervisorCall: {
      ExceptionMasks masks = Masks();
      if (table_.GroupPriority(kSvCall) < table_.ExecutionPriority(masks)) {
        TakeException(kSvCall, pc);
      } else {
        system_->AddHardFaultStatus(kForced);
        Fault(kHardFault, 0, pc);
      }
      break;
    }
    case StopKind::kBreakpoint:
      if (debug_.enabled()) {
        EnterHalt(kDebugBreakpoint);
      } else {
        system_->AddHardFaultStatus(kDebugEvt);
        Fault(kHardFault, 0, pc);
      }
      break;
    case StopKind::kExceptionReturn:
      if (core_->ipsr() == 0) {
        Fault(kMemManage, kIaccViol, stop.address & ~1u);
      } else {
        ReturnFromException(stop.address);
      }
      break;
    case StopKind::kWaitForInterrupt:
      FallAsleep(Sleep::kUntilInterrupt);
      break;
    case StopKind::kWaitForEvent:
      if (event_) {
        event_ = false;
      } else {
        FallAsleep(Sleep::kUntilEvent);
      }
      break;
    case StopKind::kUndefined:
      Fault(kUsageFault, kUndefInstr, pc);
      break;
    case StopKind::kNotThumb:
      Fault(kUsageFault, kInvState, pc);
      break;
    case StopKind::kDataAccessFailed:
      if (stop.address - 0xE0000000u < 0x20000000u) {
        // The system region is no bus: it is the memory protection that refuses.
        system_->SetMemManageAddress(stop.address);
        Fault(kMemManage, kDaccViol | kMmarValid, pc);
      } else {
        system_->SetBusFaultAddress(stop.address);
        Fault(kBusFault, kPrecisErr | kBfarValid, pc);
      }
      break;
    case StopKind::kFetchFailed: {
      const uint32_t region = stop.address >> 29;
      const bool never_executable = region == 2 || region == 5 || region == 6 || region == 7;
      if (never_executable) {
        Fault(kMemManage, kIaccViol, stop.address & ~1u);
      } else {
        Fault(kBusFault, kIbusErr, stop.address & ~1u);
      }
      break;
    }
  }
}

void Processor::Freeze() {
  const bool frozen = debug_.halted();
  systick_.SetFrozen(frozen);
  watch_.SetFrozen(frozen);
  if (halt_changed_) halt_changed_(frozen);
}

void Processor::EnterHalt(uint32_t reason) {
  debug_.EnterHalt(reason);
  sleep_ = Sleep::kAwake;  // a debug event ends WFI and WFE
  Freeze();
  core_->RequestAttention();
}

void Processor::DebugHalt(uint32_t reason) {
  if (held_in_reset_) return;  // C_HALT stays set and is looked at when the reset ends
  if (locked_up_) {
    locked_up_ = false;
  }
  EnterHalt(reason);
}

void Processor::DebugResume(bool step) {
  debug_.LeaveHalt();
  if (step) {
    StepOne();
    return;
  }
  Freeze();
  traps_changed_ = true;
}

void Processor::StepOne() {
  // The step is asked for by the debugger's write, but its accesses are the program's.
  const bool was_debugger = origin_->debugger;
  origin_->debugger = false;
  RefreshTraps();
  const int exception = table_.Takeable(Masks());
  if (exception != kNoException) {
    TakeException(exception, core_->r(15));
  } else {
    systick_.SetFrozen(false);
    watch_.SetFrozen(false);
    // The trap of a breakpoint under the PC must not hold the step.
    std::set<uint32_t> none;
    core_->SetTraps(none);
    const Stop stop = core_->Run(true);
    if (stop.kind != StopKind::kWaitForInterrupt && stop.kind != StopKind::kWaitForEvent) {
      Handle(stop);
    }
    clock_->RunDue();
    traps_changed_ = true;
  }
  origin_->debugger = was_debugger;
  if (!debug_.halted()) EnterHalt(kDebugHalted);
  Freeze();
}

void Processor::HoldInReset(bool hold) {
  if (hold == held_in_reset_) return;
  held_in_reset_ = hold;
  if (hold) {
    debug_.OnSystemReset();
    locked_up_ = false;
    sleep_ = Sleep::kAwake;
  } else {
    ResetNow();
  }
}

void Processor::PowerOn() {
  debug_.PowerOnReset();
  ResetNow();
}

void Processor::ResetNow() {
  reset_requested_ = false;
  locked_up_ = false;
  sleep_ = Sleep::kAwake;
  event_ = false;
  flash_unreadable_ = false;
  fp_traps_.clear();
  divide_traps_.clear();
  const bool halt_wanted = debug_.enabled() && debug_.halt_requested() && !debug_.halted();
  debug_.OnSystemReset();
  bus_->ResetDevices();
  if (reset_handler_) reset_handler_();
  core_->ResetRegisters();
  core_->ResetInstructionCount();
  RefreshWatchedFlags();
  traps_changed_ = true;
  Freeze();
  uint32_t stack = 0, entry = 0;
  bus_->Read(facts_.boot_address, 4, &stack);
  bus_->Read(facts_.boot_address + 4, 4, &entry);
  system_->SetVectorTable(facts_.boot_address);
  core_->set_msp(stack);
  core_->set_xpsr((entry & 1) != 0 ? kThumbBit : 0);
  core_->set_r(15, entry & ~1u);
  if (debug_.Catches(kCatchReset)) {
    EnterHalt(kDebugVectorCatch);
  } else if (halt_wanted) {
    EnterHalt(kDebugHalted);
  }
}

bool Processor::ReadCoreRegister(uint32_t selector, uint32_t* value) {
  if (selector <= 15) {
    *value = core_->r(static_cast<int>(selector));
  } else if (selector == 16) {
    *value = core_->xpsr();
  } else if (selector == 17) {
    *value = core_->msp();
  } else if (selector == 18) {
    *value = core_->psp();
  } else if (selector == 20) {
    *value = core_->control() << 24 | core_->faultmask() << 16 | core_->basepri() << 8 |
             core_->primask();
  } else if (selector == 33) {
    *value = core_->fpscr();
  } else if (selector >= 64 && selector < 96) {
    *value = core_->s(static_cast<int>(selector - 64));
  } else {
    *value = 0;
    return false;
  }
  return true;
}

void Processor::WriteCoreRegister(uint32_t selector, uint32_t value) {
  if (selector <= 15) {
    core_->set_r(static_cast<int>(selector), value);
  } else if (selector == 16) {
    const uint32_t old_exception = core_->ipsr();
    core_->set_xpsr(value);
    // A debugger that leaves or enters handler mode by hand (as flash loaders do) changes what is
    // active with it.
    const uint32_t new_exception = value & 0x1FF;
    if (old_exception != new_exception) {
      if (old_exception != 0 && static_cast<int>(old_exception) < table_.count()) {
        table_.SetActive(static_cast<int>(old_exception), false);
      }
      if (new_exception != 0 && static_cast<int>(new_exception) < table_.count()) {
        table_.SetActive(static_cast<int>(new_exception), true);
      }
    }
  } else if (selector == 17) {
    core_->set_msp(value);
  } else if (selector == 18) {
    core_->set_psp(value);
  } else if (selector == 20) {
    core_->set_control(value >> 24 & 7);
    core_->set_masks(value & 1, value >> 16 & 1, value >> 8 & 0xFF);
  } else if (selector == 33) {
    core_->set_fpscr(value);
  } else if (selector >= 64 && selector < 96) {
    core_->set_s(static_cast<int>(selector - 64), value);
  }
}

}  // namespace edgerack::vboard
