// Exception entry and return, faults and their escalation (ARMv7-M B1.5).
#include <spdlog/spdlog.h>

#include "agent/vboard/chip/processor.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kThumbBit = 1u << 24;
constexpr uint32_t kAlignedBit = 1u << 9;
constexpr uint32_t kItBits = 0x0600FC00;
constexpr uint32_t kFpca = 4, kSpsel = 2, kNpriv = 1;
constexpr uint32_t kBasicFrameBytes = 0x20, kExtendedFrameBytes = 0x68;
constexpr uint32_t kEntryCycles = 12, kReturnCycles = 12;
constexpr uint32_t kErased = 0xFFFFFFFF;
constexpr uint32_t kLockupPc = 0xFFFFFFFE;

}  // namespace

bool Processor::VectorOf(int number, uint32_t* address) {
  return bus_->Read(system_->vector_table() + 4u * static_cast<uint32_t>(number), 4, address);
}

bool Processor::PushFrame(uint32_t return_address, uint32_t* exc_return) {
  const uint32_t control = core_->control();
  const bool handler = core_->ipsr() != 0;
  const bool with_fp = (control & kFpca) != 0 && system_->FpuEnabled() && system_->FpuStacking();
  const uint32_t old_sp = core_->r(13);
  const uint32_t bytes = with_fp ? kExtendedFrameBytes : kBasicFrameBytes;
  const uint32_t sp = (old_sp - bytes) & ~7u;
  const bool padded = ((old_sp - bytes) & 4) != 0;
  uint32_t xpsr = core_->xpsr() & ~kAlignedBit;
  if (padded) xpsr |= kAlignedBit;
  bool ok = true;
  const auto store = [&](uint32_t offset, uint32_t value) {
    ok = bus_->Write(sp + offset, 4, value) && ok;
  };
  for (int i = 0; i < 4; ++i) store(4u * static_cast<uint32_t>(i), core_->r(i));
  store(0x10, core_->r(12));
  store(0x14, core_->r(14));
  store(0x18, return_address);
  store(0x1C, xpsr);
  if (with_fp) {
    for (int i = 0; i < 16; ++i) store(0x20 + 4u * static_cast<uint32_t>(i), core_->s(i));
    store(0x60, core_->fpscr());
  }
  core_->set_r(13, sp);
  *exc_return = 0xFFFFFFE1 | (with_fp ? 0 : 0x10);
  if (!handler) *exc_return |= 0x8;
  if (!handler && (control & kSpsel) != 0) *exc_return |= 0x4;
  if (with_fp) core_->set_fpscr(system_->fpdscr());
  return ok;
}

void Processor::TakeException(int number, uint32_t return_address) {
  if (sleep_ != Sleep::kAwake) {
    sleep_ = Sleep::kAwake;
    watch_.SetFrozen(debug_.halted());
  }
  uint32_t exc_return = 0;
  if (!PushFrame(return_address, &exc_return)) {
    // The stack is nowhere: the original exception gives way to the fault of its own stacking.
    system_->AddFaultStatus(kStkErr);
    if (number == kHardFault || number == kNmi) return LockUp(return_address);
    if (number != kBusFault && table_.enabled(kBusFault) &&
        table_.GroupPriority(kBusFault) < table_.GroupPriority(number)) {
      number = kBusFault;
    } else {
      system_->AddHardFaultStatus(kForced);
      number = kHardFault;
    }
  }
  uint32_t vector = 0;
  if (!VectorOf(number, &vector)) {
    system_->AddHardFaultStatus(kVectTbl);
    if (number == kHardFault || number == kNmi || !VectorOf(kHardFault, &vector)) {
      return LockUp(return_address);
    }
    number = kHardFault;
  }
  table_.SetActive(number, true);
  table_.SetPending(number, false);  // a line still high pends again on return
  event_ = true;
  core_->set_control(core_->control() & kNpriv);
  core_->set_xpsr((core_->xpsr() & ~(kItBits | kThumbBit | 0x1FFu)) |
                  static_cast<uint32_t>(number) | ((vector & 1) != 0 ? kThumbBit : 0));
  core_->set_r(14, exc_return);
  core_->set_r(15, vector & ~1u);
  clock_->Advance(kEntryCycles);
  core_->RequestAttention();
}

void Processor::ReturnFromException(uint32_t exc_return) {
  const auto number = static_cast<int>(core_->ipsr());
  const uint32_t kind = exc_return & 0xF;
  const bool to_thread = kind == 0x9 || kind == 0xD;
  const bool known = (exc_return & 0xFFFFFFE0) == 0xFFFFFFE0 && (kind == 0x1 || to_thread);
  const int active = table_.ActiveCount();
  if (!known || number >= table_.count() || !table_.active(number) ||
      (to_thread && active > 1 && !system_->NonBaseThreadAllowed()) ||
      (kind == 0x1 && active == 1)) {
    if (number < table_.count()) table_.SetActive(number, false);
    return Fault(kUsageFault, kInvPc, exc_return & ~1u);
  }
  table_.SetActive(number, false);
  table_.AfterReturn(number);
  if (number != kNmi && core_->faultmask() != 0) {
    core_->set_masks(core_->primask(), 0, core_->basepri());
  }
  const bool use_psp = kind == 0xD;
  const bool with_fp = (exc_return & 0x10) == 0;
  const uint32_t sp = use_psp ? core_->psp() : core_->msp();
  uint32_t frame[26] = {};
  const uint32_t words = with_fp ? 25 : 8;
  bool ok = true;
  for (uint32_t i = 0; i < words; ++i) ok = bus_->Read(sp + 4 * i, 4, &frame[i]) && ok;
  const uint32_t xpsr = frame[7];
  const uint32_t new_sp = (sp + (with_fp ? kExtendedFrameBytes : kBasicFrameBytes)) |
                          ((xpsr & kAlignedBit) != 0 ? 4 : 0);
  // The banked pointer first, then the mode that selects it.
  if (use_psp) {
    core_->set_psp(new_sp);
  } else {
    core_->set_msp(new_sp);
  }
  uint32_t control = core_->control() & kNpriv;
  if (with_fp) control |= kFpca;
  if (to_thread && use_psp) control |= kSpsel;
  const uint32_t new_exception = to_thread ? 0 : xpsr & 0x1FF;
  for (int i = 0; i < 4; ++i) core_->set_r(i, frame[i]);
  core_->set_r(12, frame[4]);
  core_->set_r(14, frame[5]);
  if (with_fp) {
    for (int i = 0; i < 16; ++i) core_->set_s(i, frame[8 + i]);
    core_->set_fpscr(frame[24]);
  }
  core_->set_control(control);
  core_->set_xpsr((xpsr & ~(kAlignedBit | 0x1FFu)) | new_exception);
  core_->set_r(15, frame[6] & ~1u);
  clock_->Advance(kReturnCycles);
  event_ = true;
  core_->RequestAttention();
  if (!ok) return Fault(kBusFault, kUnstkErr, frame[6] & ~1u);
  if (to_thread && new_exception == 0 && system_->sleep_on_exit()) {
    FallAsleep(Sleep::kUntilInterrupt);
  }
}

void Processor::FaultCaught(int exception, uint32_t cfsr_bits) {
  uint32_t vector = 0;
  if (exception == kHardFault) vector |= kCatchHardFault;
  if ((cfsr_bits & 0xFF) != 0) vector |= kCatchMemManage;
  if ((cfsr_bits & 0xFF00) != 0) vector |= kCatchBus;
  if ((cfsr_bits & kNoCp) != 0) vector |= kCatchNoCoprocessor;
  if ((cfsr_bits & (kUnaligned | kDivByZero)) != 0) vector |= kCatchCheck;
  if ((cfsr_bits & (kUndefInstr | kInvState | kInvPc)) != 0) vector |= kCatchState;
  if (debug_.Catches(vector)) EnterHalt(kDebugVectorCatch);
}

void Processor::Fault(int exception, uint32_t cfsr_bits, uint32_t return_address) {
  system_->AddFaultStatus(cfsr_bits);
  const int running_at = table_.ExecutionPriority(Masks());
  int taken = exception;
  if (exception != kHardFault &&
      (!table_.enabled(exception) || table_.GroupPriority(exception) >= running_at)) {
    system_->AddHardFaultStatus(kForced);
    taken = kHardFault;
  }
  if (taken == kHardFault && running_at <= -1) return LockUp(return_address);
  TakeException(taken, return_address);
  FaultCaught(taken, cfsr_bits);
}

void Processor::LockUp(uint32_t pc) {
  uint32_t entry = 0;
  bus_->Read(facts_.boot_address + 4, 4, &entry);
  if (entry == kErased) {
    spdlog::info("the flash is empty: the core waits, locked up, for a program");
  } else {
    spdlog::warn(
        "the core locked up: a fault at 0x{:08x} while handling a fault; reset the board or attach "
        "a debugger to see CFSR and HFSR",
        pc);
  }
  locked_up_ = true;
  core_->set_xpsr(core_->xpsr() | kThumbBit);
  core_->set_r(15, kLockupPc);
  core_->RequestAttention();
}

}  // namespace edgerack::vboard
