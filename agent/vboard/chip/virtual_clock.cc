#include "agent/vboard/chip/virtual_clock.h"

#include <utility>

namespace edgerack::vboard {
namespace {

using uint128 = unsigned __int128;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

uint64_t VirtualClock::CyclesToNs(uint64_t cycles) const {
  const uint128 elapsed = cycles - anchor_cycles_;
  return anchor_ns_ + static_cast<uint64_t>(elapsed * kNsPerSecond / hz_);
}

uint64_t VirtualClock::NsToCycles(uint64_t ns) const {
  if (ns <= anchor_ns_) return anchor_cycles_;
  const uint128 elapsed = ns - anchor_ns_;
  return anchor_cycles_ + static_cast<uint64_t>((elapsed * hz_ + kNsPerSecond - 1) / kNsPerSecond);
}

void VirtualClock::SetFrequency(uint64_t hz) {
  if (hz == hz_ || hz == 0) return;
  anchor_ns_ = NowNs();
  anchor_cycles_ = cycles_;
  hz_ = hz;
  for (Event& event : events_) {
    if (event.active && !event.by_cycle) event.due_cycle = NsToCycles(event.at);
  }
  Refresh();
}

VirtualClock::EventId VirtualClock::AddEvent(Pace pace, std::function<void()> action) {
  events_.push_back({pace, std::move(action)});
  return events_.size() - 1;
}

void VirtualClock::ScheduleAtNs(EventId id, uint64_t ns) {
  Event& event = events_[id];
  event.active = true;
  event.by_cycle = false;
  event.at = ns;
  event.due_cycle = NsToCycles(ns);
  Refresh();
}

void VirtualClock::ScheduleAtCycle(EventId id, uint64_t cycle) {
  Event& event = events_[id];
  event.active = true;
  event.by_cycle = true;
  event.at = cycle;
  event.due_cycle = cycle;
  Refresh();
}

void VirtualClock::Cancel(EventId id) {
  if (!events_[id].active) return;
  events_[id].active = false;
  Refresh();
}

bool VirtualClock::NextIsRealTime() const {
  return next_due_cycle_ != kNever && events_[next_event_].pace == Pace::kRealTime;
}

void VirtualClock::RunDue() {
  while (next_due_cycle_ <= cycles_) {
    Event& event = events_[next_event_];
    event.active = false;
    Refresh();
    event.action();
  }
}

void VirtualClock::Refresh() {
  next_due_cycle_ = kNever;
  for (size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].active && events_[i].due_cycle < next_due_cycle_) {
      next_due_cycle_ = events_[i].due_cycle;
      next_event_ = i;
    }
  }
}

}  // namespace edgerack::vboard
