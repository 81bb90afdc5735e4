// SysTick, counted lazily: no work per tick, one event per expiry while its interrupt is wanted.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_SYSTICK_H_
#define EDGERACK_AGENT_VBOARD_CHIP_SYSTICK_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class SysTick : public Device {
 public:
  SysTick(VirtualClock* clock, std::function<void()> pend);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  // The counter stands still while the debugger holds the core.
  void SetFrozen(bool frozen);

 private:
  bool Running() const { return (control_ & 1) != 0 && !frozen_ && reload_ != 0; }
  uint64_t CyclesPerTick() const { return (control_ & 4) != 0 ? 1 : 8; }
  // Ticks since the counter was last loaded into `value_`.
  uint64_t Ticks() const { return (clock_->cycles() - base_cycle_) / CyclesPerTick(); }
  // Ticks until the counter first reaches zero again, from the base.
  uint64_t FirstZero() const { return value_ == 0 ? uint64_t{reload_} + 1 : value_; }
  uint32_t Current() const;
  // Moves the base to now and notes an expiry on the way.
  void Settle();
  void Arm();

  VirtualClock* clock_;
  std::function<void()> pend_;
  VirtualClock::EventId event_;
  uint32_t control_ = 0;
  uint32_t reload_ = 0;
  uint32_t value_ = 0;  // at base_cycle_
  uint64_t base_cycle_ = 0;
  bool count_flag_ = false;
  bool frozen_ = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_SYSTICK_H_
