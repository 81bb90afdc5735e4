// Power control of the STM32H743 (RM0433 6): the supply is confirmed once per power-on, then the
// voltage is scaled; scale 0 is entered through SYSCFG. Revision V, fed by its LDO.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_PWR_H7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_PWR_H7_H_

#include <cstdint>

#include "agent/vboard/chip/power.h"
#include "agent/vboard/chip/small_devices.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class PwrH7 : public Power {
 public:
  explicit PwrH7(const VirtualClock* clock) : clock_(clock) {
    PowerOnReset();
    Reset();
  }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  void PowerOnReset() override;
  OperatingLimits Limits() const override;
  uint32_t WaitStates(uint64_t hclk_hz) const override;

  // SYSCFG_PWRCR.ODEN.
  void SetOverDrive(bool on);
  bool over_drive() const { return target_ == 0; }

 private:
  bool Settled() const { return clock_->NowNs() >= ready_ns_; }
  // 0 (highest) to 3. While it rises the old one counts, while it falls the new one.
  int ActiveScale() const { return Settled() || target_ > previous_ ? target_ : previous_; }
  void Change(int scale);
  void ConfirmSupply(uint32_t wanted);

  const VirtualClock* clock_;
  uint32_t cr1_ = 0, cr2_ = 0, cr3_ = 0, cpucr_ = 0;
  bool supply_open_ = true;  // PWR_CR3's low byte can still be written
  uint64_t supply_ready_ns_ = 0;
  int target_ = 3, previous_ = 3;
  uint64_t ready_ns_ = 0;
};

// SYSCFG, of which one bit acts.
class SyscfgH7 : public PlainRegisters {
 public:
  SyscfgH7(uint32_t size_bytes, PwrH7* power) : PlainRegisters(size_bytes), power_(power) {}
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;

 private:
  PwrH7* power_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_PWR_H7_H_
