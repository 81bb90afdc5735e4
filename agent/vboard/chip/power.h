// What the rest of a chip asks its power control: which frequencies the present voltage allows.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_POWER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_POWER_H_

#include <cstdint>
#include <string>

#include "agent/vboard/chip/device.h"

namespace edgerack::vboard {

// At the voltage of this moment, not the one asked for.
struct OperatingLimits {
  uint64_t max_core_hz = 0;
  uint64_t max_hclk_hz = 0;
  std::string voltage;  // for a message: "voltage scale 3"
};

class Power : public Device {
 public:
  virtual OperatingLimits Limits() const = 0;
  // Flash wait states that a bus clock needs at the present voltage.
  virtual uint32_t WaitStates(uint64_t hclk_hz) const = 0;
  // What a system reset leaves alone.
  virtual void PowerOnReset() {}
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_POWER_H_
