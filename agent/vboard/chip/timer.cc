#include "agent/vboard/chip/timer.h"

#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kCr1 = 0x00, kDier = 0x0C, kSr = 0x10, kEgr = 0x14, kCnt = 0x24, kPsc = 0x28,
                   kArr = 0x2C;
constexpr uint32_t kUif = 1, kUie = 1, kUrs = 4;
constexpr uint64_t kNsPerSecond = 1'000'000'000;
using uint128 = unsigned __int128;

}  // namespace

Timer::Timer(VirtualClock* clock, std::function<uint64_t()> hz, std::function<void(bool)> irq_line)
    : clock_(clock), hz_source_(std::move(hz)), irq_line_(std::move(irq_line)) {
  event_ = clock_->AddEvent(VirtualClock::Pace::kRealTime, [this] {
    Settle();
    Arm();
  });
  Reset();
}

void Timer::Reset() {
  cr1_ = dier_ = sr_ = psc_ = active_psc_ = count_ = 0;
  arr_ = 0xFFFFFFFF;
  hz_ = hz_source_();
  base_ns_ = clock_->NowNs();
  clock_->Cancel(event_);
  irq_line_(false);
}

uint64_t Timer::TicksSinceBase() const {
  const uint128 elapsed = clock_->NowNs() - base_ns_;
  return static_cast<uint64_t>(elapsed * hz_ / (uint64_t{active_psc_} + 1) / kNsPerSecond);
}

void Timer::Settle() {
  if (!Running() || hz_ == 0) {
    base_ns_ = clock_->NowNs();
    return;
  }
  const uint64_t ticks = TicksSinceBase();
  if (ticks == 0) return;
  const uint128 tick_ns = static_cast<uint128>(ticks) * (uint64_t{active_psc_} + 1) * kNsPerSecond;
  base_ns_ += static_cast<uint64_t>((tick_ns + hz_ - 1) / hz_);
  const uint64_t total = count_ + ticks;
  count_ = static_cast<uint32_t>(total % PeriodTicks());
  if (total >= PeriodTicks()) {
    active_psc_ = psc_;
    sr_ |= kUif;
    irq_line_((dier_ & kUie) != 0);
  }
}

void Timer::Arm() {
  if (!Running() || (dier_ & kUie) == 0 || hz_ == 0) {
    clock_->Cancel(event_);
    return;
  }
  const uint128 ticks = PeriodTicks() - count_;
  const uint128 ns = (ticks * (uint64_t{active_psc_} + 1) * kNsPerSecond + hz_ - 1) / hz_;
  clock_->ScheduleAtNs(event_, base_ns_ + static_cast<uint64_t>(ns));
}

void Timer::Resync() {
  Settle();
  hz_ = hz_source_();
  Arm();
}

void Timer::UpdateEvent() {
  count_ = 0;
  active_psc_ = psc_;
  base_ns_ = clock_->NowNs();
  if ((cr1_ & kUrs) == 0) {
    sr_ |= kUif;
    irq_line_((dier_ & kUie) != 0);
  }
}

uint32_t Timer::Read(uint32_t offset) {
  Settle();
  switch (offset) {
    case kCr1:
      return cr1_;
    case kDier:
      return dier_;
    case kSr:
      return sr_;
    case kCnt:
      return count_;
    case kPsc:
      return psc_;
    case kArr:
      return arr_;
    default:
      return 0;
  }
}

void Timer::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  Settle();
  hz_ = hz_source_();
  switch (offset) {
    case kCr1:
      cr1_ = Merge(cr1_, value, mask) & 0xBFF;
      base_ns_ = clock_->NowNs();
      break;
    case kDier:
      dier_ = Merge(dier_, value, mask);
      break;
    case kSr:
      sr_ &= value | ~mask;
      break;
    case kEgr:
      if ((value & mask & 1) != 0) UpdateEvent();
      break;
    case kCnt:
      count_ = Merge(count_, value, mask);
      base_ns_ = clock_->NowNs();
      break;
    case kPsc:
      psc_ = Merge(psc_, value, mask) & 0xFFFF;
      break;
    case kArr:
      arr_ = Merge(arr_, value, mask);
      break;
    default:
      return;
  }
  irq_line_((dier_ & kUie) != 0 && (sr_ & kUif) != 0);
  Arm();
}

}  // namespace edgerack::vboard
