// Power control of the STM32F7: regulator scale and over-drive (RM0385 4).
#ifndef EDGERACK_AGENT_VBOARD_CHIP_PWR_F7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_PWR_F7_H_

#include <cstdint>

#include "agent/vboard/chip/clock_tree.h"
#include "agent/vboard/chip/power.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class PwrF7 : public Power {
 public:
  PwrF7(const ChipFacts& facts, const VirtualClock* clock, const ClockTree* rcc)
      : facts_(facts), clock_(clock), rcc_(rcc) {
    Reset();
  }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  OperatingLimits Limits() const override;
  uint32_t WaitStates(uint64_t hclk_hz) const override;

 private:
  bool OverDriveActive() const;

  const ChipFacts& facts_;
  const VirtualClock* clock_;
  const ClockTree* rcc_;
  uint32_t cr1_ = 0, cr2_ = 0, csr2_ = 0;
  uint64_t od_ready_ns_ = 0, odsw_ready_ns_ = 0, vos_ready_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_PWR_F7_H_
