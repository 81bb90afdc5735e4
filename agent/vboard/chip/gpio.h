// One GPIO port. Nothing is wired to the pins but the UARTs, which ask how theirs are set up.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_GPIO_H_
#define EDGERACK_AGENT_VBOARD_CHIP_GPIO_H_

#include <array>
#include <cstdint>

#include "agent/vboard/chip/device.h"

namespace edgerack::vboard {

class Gpio : public Device {
 public:
  // `modes`: of its pins after a reset.
  Gpio(char port, uint32_t modes) : port_(port), modes_(modes) { Reset(); }
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;
  bool IsAlternate(uint8_t pin, uint8_t function) const;

 private:
  uint32_t Inputs() const;

  char port_;
  uint32_t modes_;
  std::array<uint32_t, 10> registers_{};
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_GPIO_H_
