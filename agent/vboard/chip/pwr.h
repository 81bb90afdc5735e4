// Power control of the STM32F7: regulator scale and over-drive.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_PWR_H_
#define EDGERACK_AGENT_VBOARD_CHIP_PWR_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/rcc.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class Pwr : public Device {
 public:
  Pwr(const VirtualClock* clock, const Rcc* rcc) : clock_(clock), rcc_(rcc) { Reset(); }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  bool OverDriveActive() const;

 private:
  const VirtualClock* clock_;
  const Rcc* rcc_;
  uint32_t cr1_ = 0, cr2_ = 0, csr2_ = 0;
  uint64_t od_ready_ns_ = 0, odsw_ready_ns_ = 0, vos_ready_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_PWR_H_
