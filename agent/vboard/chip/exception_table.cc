#include "agent/vboard/chip/exception_table.h"

#include <algorithm>

namespace edgerack::vboard {

ExceptionTable::ExceptionTable(int irq_count) : entries_(kFirstIrq + irq_count) { Reset(); }

void ExceptionTable::Reset() {
  for (Entry& entry : entries_) entry = Entry();
  for (int number : {kReset, kNmi, kHardFault, kSvCall, kDebugMonitor, kPendSv, kSysTick}) {
    entries_[number].enabled = true;
  }
  priority_group_ = 0;
  active_count_ = 0;
  Refresh();
}

void ExceptionTable::SetEnabled(int number, bool enabled) {
  entries_[number].enabled = enabled;
  Refresh();
}

void ExceptionTable::SetPending(int number, bool pending) {
  Entry& entry = entries_[number];
  if (pending && !entry.pending) ++pend_count_;
  entry.pending = pending || (entry.line && !entry.active);
  Refresh();
}

void ExceptionTable::SetActive(int number, bool active) {
  if (entries_[number].active == active) return;
  entries_[number].active = active;
  active_count_ += active ? 1 : -1;
}

void ExceptionTable::SetPriority(int number, uint8_t priority) {
  entries_[number].priority = priority & static_cast<uint8_t>(0xFF << (8 - kPriorityBits));
  Refresh();
}

void ExceptionTable::SetPriorityGroup(int group) {
  priority_group_ = group & 7;
  Refresh();
}

void ExceptionTable::SetLine(int irq, bool high) {
  Entry& entry = entries_[kFirstIrq + irq];
  if (entry.line == high) return;
  entry.line = high;
  if (high && !entry.pending) {
    entry.pending = true;
    ++pend_count_;
    Refresh();
  }
}

void ExceptionTable::AfterReturn(int number) {
  Entry& entry = entries_[number];
  if (entry.line && !entry.pending) {
    entry.pending = true;
    Refresh();
  }
}

int ExceptionTable::FullPriority(int number) const {
  switch (number) {
    case kReset:
      return -3;
    case kNmi:
      return -2;
    case kHardFault:
      return -1;
    default:
      return entries_[number].priority;
  }
}

int ExceptionTable::GroupPriority(int number) const {
  const int full = FullPriority(number);
  if (full < 0) return full;
  return full & ~((2 << priority_group_) - 1);
}

bool ExceptionTable::Maskable(int number) const {
  return number == kPendSv || number == kSysTick || number >= kFirstIrq;
}

int ExceptionTable::ExecutionPriority(const ExceptionMasks& masks) const {
  int lowest = kThreadPriority;
  for (int number = kReset; active_count_ != 0 && number < count(); ++number) {
    if (entries_[number].active) lowest = std::min(lowest, GroupPriority(number));
  }
  const int basepri = masks.basepri & (0xFF << (8 - kPriorityBits)) & 0xFF;
  if (basepri != 0) lowest = std::min(lowest, basepri & ~((2 << priority_group_) - 1));
  if (masks.primask) lowest = std::min(lowest, 0);
  if (masks.faultmask) lowest = std::min(lowest, -1);
  return lowest;
}

int ExceptionTable::Takeable(const ExceptionMasks& masks) const {
  int number = highest_pending_;
  if (number == kNoException) return kNoException;
  if (masks.debugger_masks_interrupts && Maskable(number)) {
    number = kNoException;
    for (int n = kNmi; n < kPendSv; ++n) {
      if (entries_[n].pending && entries_[n].enabled && !Maskable(n) &&
          (number == kNoException || FullPriority(n) < FullPriority(number))) {
        number = n;
      }
    }
    if (number == kNoException) return kNoException;
  }
  return GroupPriority(number) < ExecutionPriority(masks) ? number : kNoException;
}

bool ExceptionTable::WakesFromSleep(const ExceptionMasks& masks) const {
  ExceptionMasks without_primask = masks;
  without_primask.primask = false;
  return Takeable(without_primask) != kNoException;
}

void ExceptionTable::Refresh() {
  highest_pending_ = kNoException;
  for (int number = kNmi; number < count(); ++number) {
    const Entry& entry = entries_[number];
    if (!entry.pending || !entry.enabled) continue;
    if (highest_pending_ == kNoException || FullPriority(number) < FullPriority(highest_pending_)) {
      highest_pending_ = number;
    }
  }
}

}  // namespace edgerack::vboard
