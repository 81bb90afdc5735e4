// The independent watchdog: once started only a reset stops it, and it really resets the chip.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_WATCHDOG_H_
#define EDGERACK_AGENT_VBOARD_CHIP_WATCHDOG_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class Watchdog : public Device {
 public:
  Watchdog(VirtualClock* clock, uint64_t lsi_hz, std::function<void()> reset);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  // DBGMCU stops it while the core is halted.
  void SetFrozen(bool frozen);

 private:
  uint64_t CountNs(uint64_t count) const;
  bool TooEarly() const;
  void Restart(uint32_t from);

  VirtualClock* clock_;
  uint64_t lsi_hz_;
  std::function<void()> reset_;
  VirtualClock::EventId event_;
  uint32_t prescaler_ = 0, reload_ = 0xFFF, window_ = 0xFFF;
  bool running_ = false;
  bool writable_ = false;
  bool frozen_ = false;
  uint64_t deadline_ns_ = 0;
  uint64_t left_ns_ = 0;  // while frozen
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_WATCHDOG_H_
