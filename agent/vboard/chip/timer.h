// A general-purpose 32-bit timer (TIM2, TIM5) as an up-counter with update interrupt; no capture or
// compare.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMER_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class Timer : public Device {
 public:
  Timer(VirtualClock* clock, std::function<uint64_t()> hz, std::function<void(bool)> irq_line);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  // Must be called before the timer's clock changes and after; keeps the count continuous.
  void Resync();

 private:
  bool Running() const { return (cr1_ & 1) != 0; }
  uint64_t PeriodTicks() const { return uint64_t{arr_} + 1; }
  uint64_t TicksSinceBase() const;
  void Settle();
  void Arm();
  void UpdateEvent();

  VirtualClock* clock_;
  std::function<uint64_t()> hz_source_;
  std::function<void(bool)> irq_line_;
  VirtualClock::EventId event_;
  uint32_t cr1_ = 0, dier_ = 0, sr_ = 0, psc_ = 0, active_psc_ = 0, arr_ = 0xFFFFFFFF, count_ = 0;
  uint64_t hz_ = 1;
  uint64_t base_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMER_H_
