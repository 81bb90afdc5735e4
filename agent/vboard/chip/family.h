// The parts of a chip that its family has as its own: clocks, power, flash, system configuration.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_FAMILY_H_
#define EDGERACK_AGENT_VBOARD_CHIP_FAMILY_H_

#include <memory>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/clock_tree.h"
#include "agent/vboard/chip/flash_controller.h"
#include "agent/vboard/chip/power.h"

namespace edgerack::vboard {

struct FamilyDevices {
  std::unique_ptr<ClockTree> rcc;
  std::unique_ptr<Power> power;
  std::unique_ptr<FlashController> flash;
  std::unique_ptr<Device> syscfg;
};

// Those of facts.family. `clock` and `bus` outlive them.
FamilyDevices MakeFamilyDevices(const ChipFacts& facts, VirtualClock* clock, Bus* bus,
                                FlashCallbacks callbacks);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_FAMILY_H_
