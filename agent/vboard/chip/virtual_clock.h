// The time of an emulated chip: HCLK cycles since power-on, the nanoseconds they stand for, and
// what is due when. One thread. Time never runs backwards, also when the frequency changes.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_VIRTUAL_CLOCK_H_
#define EDGERACK_AGENT_VBOARD_CHIP_VIRTUAL_CLOCK_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace edgerack::vboard {

class VirtualClock {
 public:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();
  using EventId = size_t;
  // Timers keep pace with the host's clock while the chip sleeps; data (a UART character) need not.
  enum class Pace { kRealTime, kFree };

  explicit VirtualClock(uint64_t hz) : hz_(hz) {}

  uint64_t cycles() const { return cycles_; }
  uint64_t hz() const { return hz_; }
  uint64_t NowNs() const { return CyclesToNs(cycles_); }
  uint64_t CyclesToNs(uint64_t cycles) const;
  // The first cycle at which NowNs() is not below `ns`.
  uint64_t NsToCycles(uint64_t ns) const;

  void SetFrequency(uint64_t hz);
  // Adds cycles without running events; the caller calls RunDue() when cycles() reaches
  // next_due_cycle().
  void Advance(uint64_t cycles) { cycles_ += cycles; }
  void AdvanceTo(uint64_t cycle) {
    if (cycle > cycles_) cycles_ = cycle;
  }

  EventId AddEvent(Pace pace, std::function<void()> action);
  void ScheduleAtNs(EventId id, uint64_t ns);
  void ScheduleAtCycle(EventId id, uint64_t cycle);
  void Cancel(EventId id);
  bool IsScheduled(EventId id) const { return events_[id].active; }

  uint64_t next_due_cycle() const { return next_due_cycle_; }
  // True if the soonest event must not come sooner than on the host's clock.
  bool NextIsRealTime() const;
  // Runs every event whose time has come, soonest first.
  void RunDue();

 private:
  struct Event {
    Pace pace;
    std::function<void()> action;
    bool active = false;
    bool by_cycle = false;
    uint64_t at = 0;         // cycle or ns
    uint64_t due_cycle = 0;  // under the present frequency
  };
  void Refresh();

  uint64_t hz_;
  uint64_t cycles_ = 0;
  uint64_t anchor_cycles_ = 0;
  uint64_t anchor_ns_ = 0;
  uint64_t next_due_cycle_ = kNever;
  size_t next_event_ = 0;
  std::vector<Event> events_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_VIRTUAL_CLOCK_H_
