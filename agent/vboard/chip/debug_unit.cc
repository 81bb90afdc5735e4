#include "agent/vboard/chip/debug_unit.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kDfsr = 0x30, kDhcsr = 0xF0, kDcrsr = 0xF4, kDcrdr = 0xF8, kDemcr = 0xFC;
constexpr uint32_t kDebugKey = 0xA05F0000;
constexpr uint32_t kRegisterReady = 1u << 16, kHaltedBit = 1u << 17, kSleepBit = 1u << 18,
                   kLockupBit = 1u << 19, kRetired = 1u << 24, kResetBit = 1u << 25;
constexpr uint32_t kDemcrMask = 0x010F07F1;

constexpr uint32_t kLockKey = 0xC5ACCE55;

}  // namespace

uint32_t DebugUnit::Read(uint32_t offset) {
  switch (offset) {
    case kDfsr:
      return dfsr_;
    case kDhcsr: {
      uint32_t value = control_ | kRegisterReady;
      if (halted_) value |= kHaltedBit;
      if (target_->IsSleeping()) value |= kSleepBit;
      if (target_->IsLockedUp()) value |= kLockupBit;
      if (!halted_ && !target_->IsLockedUp() && !target_->InReset()) value |= kRetired;
      if (reset_seen_ || target_->InReset()) value |= kResetBit;
      if (origin_->debugger) reset_seen_ = false;
      return value;
    }
    case kDcrdr:
      return dcrdr_;
    case kDemcr:
      return demcr_;
    default:
      return 0;
  }
}

void DebugUnit::WriteControl(uint32_t value) {
  if ((value & 0xFFFF0000) != kDebugKey) return;
  // The program cannot turn halting debug on or use it.
  if (!origin_->debugger) return;
  const uint32_t wanted = value & 0x2F;
  if ((wanted & 1) == 0) {
    control_ = 0;
    if (halted_) target_->DebugResume(false);
    return;
  }
  const bool was_halted = halted_;
  control_ = wanted;
  if ((wanted & 2) != 0) {
    if (!was_halted) target_->DebugHalt(kDebugHalted);
  } else if (was_halted) {
    target_->DebugResume((wanted & 4) != 0);
  }
}

void DebugUnit::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  switch (offset) {
    case kDfsr:
      dfsr_ &= ~(value & mask);
      break;
    case kDhcsr:
      WriteControl(value & mask);
      break;
    case kDcrsr: {
      if (!halted_) break;
      const uint32_t selector = value & 0x7F;
      if ((value & (1u << 16)) != 0) {
        target_->WriteCoreRegister(selector, dcrdr_);
      } else {
        target_->ReadCoreRegister(selector, &dcrdr_);
      }
      break;
    }
    case kDcrdr:
      dcrdr_ = Merge(dcrdr_, value, mask);
      break;
    case kDemcr:
      demcr_ = Merge(demcr_, value, mask) & kDemcrMask;
      break;
    default:
      break;
  }
}

void DebugUnit::OnSystemReset() {
  control_ &= ~2u;
  halted_ = false;
  reset_seen_ = true;
}

void DebugUnit::PowerOnReset() {
  control_ = dcrdr_ = demcr_ = dfsr_ = 0;
  halted_ = false;
  reset_seen_ = true;
}

uint32_t BreakpointUnit::Read(uint32_t offset) {
  if (offset == 0) return 0x10000080 | (enabled_ ? 1 : 0);
  const uint32_t index = (offset - 8) / 4;
  if (offset >= 8 && index < kComparators) return comparators_[index];
  return 0;
}

void BreakpointUnit::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset == 0) {
    if ((value & mask & 2) == 0) return;  // KEY
    enabled_ = (value & 1) != 0;
  } else {
    const uint32_t index = (offset - 8) / 4;
    if (offset < 8 || index >= kComparators) return;
    comparators_[index] = Merge(comparators_[index], value, mask);
  }
  changed_();
}

std::set<uint32_t> BreakpointUnit::Addresses() const {
  std::set<uint32_t> addresses;
  if (!enabled_) return addresses;
  for (const uint32_t comparator : comparators_) {
    if ((comparator & 1) != 0) addresses.insert(comparator & ~1u);
  }
  return addresses;
}

void WatchUnit::Settle() {
  const uint64_t now = clock_->cycles();
  if (Counting()) count_ += static_cast<uint32_t>(now - base_cycle_);
  base_cycle_ = now;
  counting_allowed_ = debug_->trace_enabled();
}

void WatchUnit::SetFrozen(bool frozen) {
  Settle();
  frozen_ = frozen;
}

uint32_t WatchUnit::Read(uint32_t offset) {
  switch (offset) {
    case 0x00:
      return (static_cast<uint32_t>(kComparators) << 28) | control_;
    case 0x04:
      Settle();
      return count_;
    case 0x1C:
      return debug_->SampledPc();
    case 0xFB4:
      return origin_->debugger ? 0 : (locked_ ? 3 : 1);
    case 0xFBC:
      return 0;  // DEVARCH: none on ARMv7-M
    default:
      break;
  }
  const uint32_t index = (offset - 0x20) / 16;
  if (offset < 0x20 || index >= kComparators) return 0;
  Comparator& comparator = comparators_[index];
  switch (offset & 0xF) {
    case 0x0:
      return comparator.value;
    case 0x4:
      return comparator.mask;
    case 0x8: {
      const uint32_t value = comparator.function | (comparator.matched ? 1u << 24 : 0);
      comparator.matched = false;
      return value;
    }
    default:
      return 0;
  }
}

void WatchUnit::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  if (offset == 0xFB0) {
    locked_ = (value & mask) != kLockKey;
    return;
  }
  if (locked_ && !origin_->debugger)
    return;  // the Cortex-M7 ignores a program until it has the key
  Settle();
  if (offset == 0x00) {
    control_ = Merge(control_, value, mask) & 0x007FFFFF;
    return;
  }
  if (offset == 0x04) {
    count_ = Merge(count_, value, mask);
    return;
  }
  const uint32_t index = (offset - 0x20) / 16;
  if (offset < 0x20 || index >= kComparators) return;
  Comparator& comparator = comparators_[index];
  switch (offset & 0xF) {
    case 0x0:
      comparator.value = Merge(comparator.value, value, mask);
      break;
    case 0x4:
      comparator.mask = Merge(comparator.mask, value, mask) & 0x1F;
      break;
    case 0x8:
      comparator.function = Merge(comparator.function, value, mask) & 0x000FFFFF;
      break;
    default:
      return;
  }
  changed_();
}

std::vector<DataWatch> WatchUnit::Watches() const {
  std::vector<DataWatch> watches;
  for (const Comparator& comparator : comparators_) {
    const uint32_t function = comparator.function & 0xF;
    if (function < 5 || function > 7) continue;  // 5 read, 6 write, 7 both
    const uint32_t size = 1u << (comparator.mask & 0x1F);
    watches.push_back({comparator.value & ~(size - 1), size, function != 6, function != 5});
  }
  return watches;
}

void WatchUnit::MarkMatched(uint32_t address) {
  for (Comparator& comparator : comparators_) {
    const uint32_t size = 1u << (comparator.mask & 0x1F);
    if ((comparator.function & 0xF) >= 5 && address - (comparator.value & ~(size - 1)) < size) {
      comparator.matched = true;
    }
  }
}

}  // namespace edgerack::vboard
