#include "agent/vboard/qemu/m55_target.h"

#include <cstring>

namespace edgerack::vboard {
namespace {

// Debug registers (Armv8-M ARM, D1.2).
constexpr uint32_t kFpControl = 0xE0002000, kFpComparators = 0xE0002008;
constexpr uint32_t kPcSample = 0xE000101C;  // DWT_PCSR
constexpr uint32_t kAircr = 0xE000ED0C, kDfsr = 0xE000ED30;
constexpr uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8,
                   kDemcr = 0xE000EDFC;

constexpr uint32_t kDebugEnable = 1u << 0, kHalt = 1u << 1, kStep = 1u << 2;
constexpr uint32_t kControlBits = 0x3F, kControlKey = 0xA05F0000;
constexpr uint32_t kRegisterReady = 1u << 16, kHalted = 1u << 17, kSecureDebug = 1u << 20,
                   kResetSeen = 1u << 25;
constexpr uint32_t kStoppedByRequest = 1u << 0, kStoppedAtBreakpoint = 1u << 1,
                   kStoppedByVector = 1u << 3;
constexpr uint32_t kCatchReset = 1u << 0;
constexpr uint32_t kResetKey = 0x05FA0000, kResetRequest = 1u << 2;
constexpr uint32_t kFpVersion2 = 1u << 28, kFpEnable = 1u << 0, kFpKey = 1u << 1;
constexpr uint32_t kRegisterWrite = 1u << 16;

constexpr uint32_t kDpidrValue = 0x6BA02477;
constexpr unsigned kSystemPort = 0, kCorePort = 1;
constexpr uint32_t kSystemPortId = 0x84770001, kCorePortId = 0x14770015;
constexpr uint32_t kRomTable = 0xE00FF003;

// By the architecture's memory map: code and SRAM, then external RAM.
bool IsMemory(uint32_t address) {
  return address < 0x40000000 || (address >= 0x60000000 && address < 0xA0000000);
}

bool IsDebugRegister(uint32_t address) {
  return (address >= kFpControl && address < 0xE0003000) || address == kDfsr ||
         address == kPcSample || (address >= kDhcsr && address <= kDemcr);
}

}  // namespace

uint32_t M55Target::dpidr() const { return kDpidrValue; }
uint32_t M55Target::ap_idr(unsigned ap) const {
  return ap == kSystemPort ? kSystemPortId : ap == kCorePort ? kCorePortId : 0;
}
uint32_t M55Target::ap_base(unsigned ap) const { return ap == kCorePort ? kRomTable : 0; }

void M55Target::PowerOn() {
  control_ = demcr_ = dfsr_ = dcrdr_ = fp_control_ = 0;
  comparators_.fill(0);
  let_run_ = was_reset_ = true;
}

bool M55Target::Read(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t* value) {
  if (ap == kCorePort && size_bytes == 4 && IsDebugRegister(address)) {
    return ReadDebugRegister(address, value);
  }
  *value = 0;
  return ap <= kCorePort &&
         core_->ReadMemory(address, reinterpret_cast<uint8_t*>(value), size_bytes);
}

bool M55Target::Write(unsigned ap, uint32_t address, unsigned size_bytes, uint32_t value) {
  if (ap > kCorePort) return false;
  if (ap == kCorePort && size_bytes == 4) {
    if (IsDebugRegister(address)) return WriteDebugRegister(address, value);
    if (address == kAircr && (value & 0xFFFF0000) == kResetKey && (value & kResetRequest) != 0) {
      return Reset();
    }
  }
  // The stub's own writes do not reach registers of peripherals, and say nothing.
  if (!IsMemory(address)) return core_->Store(address, size_bytes, value, scratch_);
  return core_->WriteMemory(address, reinterpret_cast<const uint8_t*>(&value), size_bytes);
}

bool M55Target::ReadWords(unsigned ap, uint32_t address, uint8_t* to, size_t size_bytes) {
  return ap <= kCorePort && IsMemory(address) && core_->ReadMemory(address, to, size_bytes);
}

bool M55Target::WriteWords(unsigned ap, uint32_t address, const uint8_t* from, size_t size_bytes) {
  return ap <= kCorePort && IsMemory(address) && core_->WriteMemory(address, from, size_bytes);
}

void M55Target::SetResetPin(bool low) {
  // A probe that attaches lets go of a pin that it never held.
  if (low == reset_pin_low_) return;
  reset_pin_low_ = low;
  if (low) {
    core_->Halt();
  } else {
    Reset();
  }
}

bool M55Target::Reset() {
  if (!core_->Reset()) return false;
  was_reset_ = true;
  control_ &= ~kHalt;
  let_run_ = true;
  if ((control_ & kDebugEnable) != 0 && (demcr_ & kCatchReset) != 0) {
    control_ |= kHalt;
    dfsr_ |= kStoppedByVector;
    let_run_ = false;
    return true;
  }
  return core_->Continue();
}

void M55Target::NoteStop() {
  if (!let_run_ || core_->IsRunning() || !core_->alive()) return;
  let_run_ = false;
  control_ |= kHalt;
  dfsr_ |= kStoppedAtBreakpoint;
}

uint32_t M55Target::ReadHaltingStatus() {
  NoteStop();
  uint32_t value = control_ | kRegisterReady | kSecureDebug;
  if (!let_run_) value |= kHalted;
  if (was_reset_) value |= kResetSeen;
  was_reset_ = false;
  return value;
}

bool M55Target::WriteHaltingControl(uint32_t value) {
  if ((value & 0xFFFF0000) != kControlKey) return true;
  NoteStop();
  control_ = value & kControlBits;
  if ((control_ & kDebugEnable) == 0) control_ &= ~(kHalt | kStep);
  if ((control_ & kHalt) != 0) {
    if (let_run_) dfsr_ |= kStoppedByRequest;
    let_run_ = false;
    return core_->Halt();
  }
  if (let_run_) return true;
  if ((control_ & kStep) != 0) {
    control_ |= kHalt;
    dfsr_ |= kStoppedByRequest;
    return core_->Step();
  }
  let_run_ = true;
  return core_->Continue();
}

// Moves a core register from or to DCRDR. Registers that the stub does not know read as zero.
bool M55Target::TransferRegister(uint32_t selector) {
  constexpr unsigned kXpsr = 16, kMsp = 17, kMspSecure = 28, kFpscr = 33, kVpr = 34,
                     kFirstSingle = 64, kLastSingle = 95;
  const unsigned number = selector & 0x7F;
  const bool write = (selector & kRegisterWrite) != 0;
  unsigned gdb = number;
  if (number >= kFirstSingle && number <= kLastSingle) {
    uint8_t pair[8];
    const unsigned at = number - kFirstSingle;
    gdb = GdbCore::kFirstDouble + at / 2;
    if (!core_->ReadRegister(gdb, pair, sizeof pair)) return false;
    uint8_t* half = pair + 4 * (at % 2);
    if (!write) {
      std::memcpy(&dcrdr_, half, 4);
      return true;
    }
    std::memcpy(half, &dcrdr_, 4);
    return core_->WriteRegister(gdb, pair, sizeof pair);
  }
  if (number == kXpsr) {
    gdb = GdbCore::kXpsr;
  } else if (number == kMsp || number == kMspSecure) {
    gdb = GdbCore::kSp;
  } else if (number == kFpscr) {
    gdb = GdbCore::kFpscr;
  } else if (number == kVpr) {
    gdb = GdbCore::kVpr;
  } else if (number > kXpsr) {
    if (!write) dcrdr_ = 0;
    return true;
  }
  auto* bytes = reinterpret_cast<uint8_t*>(&dcrdr_);
  return write ? core_->WriteRegister(gdb, bytes, 4) : core_->ReadRegister(gdb, bytes, 4);
}

bool M55Target::WriteComparator(unsigned index, uint32_t value) {
  constexpr uint32_t kComparatorEnable = 1;
  const uint32_t old = comparators_[index];
  comparators_[index] = value;
  if (old == value) return true;
  if ((old & kComparatorEnable) != 0 && !core_->SetBreakpoint(old & ~kComparatorEnable, false)) {
    return false;
  }
  return (value & kComparatorEnable) == 0 || core_->SetBreakpoint(value & ~kComparatorEnable, true);
}

bool M55Target::ReadDebugRegister(uint32_t address, uint32_t* value) {
  *value = 0;
  switch (address) {
    case kFpControl:
      *value = kFpVersion2 | kBreakpoints << 4 | fp_control_;
      return true;
    case kDfsr:
      NoteStop();
      *value = dfsr_;
      return true;
    case kDhcsr:
      *value = ReadHaltingStatus();
      return core_->alive();
    case kDcrdr:
      *value = dcrdr_;
      return true;
    case kPcSample:
      NoteStop();
      *value = 0xFFFFFFFF;
      return !let_run_ || core_->SamplePc(value);
    case kDemcr:
      *value = demcr_;
      return true;
    default: {
      const uint32_t index = (address - kFpComparators) / 4;
      if (address >= kFpComparators && index < kBreakpoints) *value = comparators_[index];
      return true;
    }
  }
}

bool M55Target::WriteDebugRegister(uint32_t address, uint32_t value) {
  switch (address) {
    case kFpControl:
      if ((value & kFpKey) != 0) fp_control_ = value & kFpEnable;
      return true;
    case kDfsr:
      dfsr_ &= ~value;
      return true;
    case kDhcsr:
      return WriteHaltingControl(value);
    case kDcrsr:
      return TransferRegister(value);
    case kDcrdr:
      dcrdr_ = value;
      return true;
    case kPcSample:
      return true;
    case kDemcr:
      demcr_ = value;
      return true;
    default: {
      const uint32_t index = (address - kFpComparators) / 4;
      return address < kFpComparators || index >= kBreakpoints || WriteComparator(index, value);
    }
  }
}

}  // namespace edgerack::vboard
