#include "agent/vboard/chip/systick.h"

#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kControl = 0x0, kReload = 0x4, kValue = 0x8, kCalibration = 0xC;
constexpr uint32_t kTickInt = 2, kCountFlag = 1u << 16;

}  // namespace

SysTick::SysTick(VirtualClock* clock, std::function<void()> pend)
    : clock_(clock), pend_(std::move(pend)) {
  event_ = clock_->AddEvent(VirtualClock::Pace::kRealTime, [this] {
    Settle();
    if ((control_ & kTickInt) != 0) pend_();
    Arm();
  });
}

void SysTick::Reset() {
  control_ = reload_ = value_ = 0;
  base_cycle_ = clock_->cycles();
  count_flag_ = false;
  clock_->Cancel(event_);
}

uint32_t SysTick::Current() const {
  if (!Running()) return value_;
  const uint64_t ticks = Ticks();
  if (ticks < FirstZero() && value_ != 0) return static_cast<uint32_t>(value_ - ticks);
  if (value_ == 0 && ticks == 0) return 0;
  // From the first reload on: reload, reload-1, … 0, reload, …
  const uint64_t after = value_ == 0 ? ticks - 1 : ticks - value_;
  const uint64_t period = uint64_t{reload_} + 1;
  if (value_ != 0) {
    if (after == 0) return 0;
    return static_cast<uint32_t>(reload_ - (after - 1) % period);
  }
  return static_cast<uint32_t>(reload_ - after % period);
}

void SysTick::Settle() {
  if (!Running()) {
    base_cycle_ = clock_->cycles();
    return;
  }
  const uint64_t ticks = Ticks();
  if (ticks == 0) return;
  if (ticks >= FirstZero()) count_flag_ = true;
  value_ = Current();
  base_cycle_ += ticks * CyclesPerTick();
}

void SysTick::Arm() {
  if (!Running() || (control_ & kTickInt) == 0) {
    clock_->Cancel(event_);
    return;
  }
  clock_->ScheduleAtCycle(event_, base_cycle_ + FirstZero() * CyclesPerTick());
}

void SysTick::SetFrozen(bool frozen) {
  if (frozen == frozen_) return;
  Settle();
  frozen_ = frozen;
  base_cycle_ = clock_->cycles();
  Arm();
}

uint32_t SysTick::Read(uint32_t offset) {
  switch (offset) {
    case kControl: {
      Settle();
      const uint32_t result = control_ | (count_flag_ ? kCountFlag : 0);
      count_flag_ = false;
      return result;
    }
    case kReload:
      return reload_;
    case kValue:
      return Current();
    case kCalibration:
      return 0x40000000 | 18750;  // 1 ms at HCLK/8 of 150 MHz: skewed, as ST's parts say
    default:
      return 0;
  }
}

void SysTick::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  Settle();
  switch (offset) {
    case kControl:
      control_ = Merge(control_, value, mask) & 7;
      base_cycle_ = clock_->cycles();
      break;
    case kReload:
      reload_ = Merge(reload_, value, mask) & 0xFFFFFF;
      break;
    case kValue:
      value_ = 0;
      count_flag_ = false;
      base_cycle_ = clock_->cycles();
      break;
    default:
      break;
  }
  Arm();
}

}  // namespace edgerack::vboard
