#include "agent/vboard/chip/watchdog.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace edgerack::vboard {
namespace {

constexpr uint32_t kKr = 0x0, kPr = 0x4, kRlr = 0x8, kSr = 0xC, kWinr = 0x10;
constexpr uint32_t kCounterStart = 0xFFF;
constexpr uint32_t kStart = 0xCCCC, kReload = 0xAAAA, kUnlock = 0x5555;

}  // namespace

Watchdog::Watchdog(VirtualClock* clock, uint64_t lsi_hz, std::function<void()> reset)
    : clock_(clock), lsi_hz_(lsi_hz), reset_(std::move(reset)) {
  event_ = clock_->AddEvent(VirtualClock::Pace::kRealTime, [this] {
    spdlog::warn("the independent watchdog was not reloaded in time: reset");
    reset_();
  });
}

void Watchdog::Reset() {
  prescaler_ = 0;
  reload_ = window_ = 0xFFF;
  running_ = writable_ = false;
  clock_->Cancel(event_);
}

uint64_t Watchdog::CountNs(uint64_t count) const {
  const uint64_t divider = uint64_t{4} << std::min(prescaler_, 6u);
  return count * divider * 1'000'000'000 / lsi_hz_;
}

// The window's rule: not before the counter has fallen to it.
bool Watchdog::TooEarly() const {
  if (!running_ || window_ >= reload_) return false;
  const uint64_t now_ns = clock_->NowNs();
  const uint64_t left_ns = frozen_ ? left_ns_ : deadline_ns_ > now_ns ? deadline_ns_ - now_ns : 0;
  return left_ns > CountNs(uint64_t{window_} + 1);
}

void Watchdog::Restart(uint32_t from) {
  if (!running_) return;
  left_ns_ = CountNs(uint64_t{from} + 1);
  deadline_ns_ = clock_->NowNs() + left_ns_;
  if (!frozen_) clock_->ScheduleAtNs(event_, deadline_ns_);
}

void Watchdog::SetFrozen(bool frozen) {
  if (frozen == frozen_) return;
  frozen_ = frozen;
  if (!running_) return;
  if (frozen) {
    const uint64_t now = clock_->NowNs();
    left_ns_ = deadline_ns_ > now ? deadline_ns_ - now : 0;
    clock_->Cancel(event_);
  } else {
    deadline_ns_ = clock_->NowNs() + left_ns_;
    clock_->ScheduleAtNs(event_, deadline_ns_);
  }
}

uint32_t Watchdog::Read(uint32_t offset) {
  switch (offset) {
    case kPr:
      return prescaler_;
    case kRlr:
      return reload_;
    case kSr:
      return 0;  // updates are immediate
    case kWinr:
      return window_;
    default:
      return 0;
  }
}

void Watchdog::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t set = value & mask;
  if (offset == kKr) {
    writable_ = (set & 0xFFFF) == kUnlock;
    if ((set & 0xFFFF) == kStart) {
      if (!running_) {
        running_ = true;
        Restart(kCounterStart);  // RLR counts from the first reload on
      }
    } else if ((set & 0xFFFF) == kReload) {
      if (TooEarly()) {
        spdlog::warn("the independent watchdog was reloaded before its window: reset");
        reset_();
        return;
      }
      Restart(reload_);
    }
    return;
  }
  if (!writable_) return;
  if (offset == kPr) {
    prescaler_ = set & 7;
  } else if (offset == kRlr) {
    reload_ = set & 0xFFF;
  } else if (offset == kWinr) {
    window_ = set & 0xFFF;
    Restart(reload_);
  }
}

}  // namespace edgerack::vboard
