#include "agent/vboard/chip/family.h"

#include <utility>

#include "agent/vboard/chip/flash_f7.h"
#include "agent/vboard/chip/flash_h7.h"
#include "agent/vboard/chip/pwr_f7.h"
#include "agent/vboard/chip/pwr_h7.h"
#include "agent/vboard/chip/rcc_f7.h"
#include "agent/vboard/chip/rcc_h7.h"
#include "agent/vboard/chip/small_devices.h"

namespace edgerack::vboard {

FamilyDevices MakeFamilyDevices(const ChipFacts& facts, VirtualClock* clock, Bus* bus,
                                FlashCallbacks callbacks) {
  FamilyDevices made;
  switch (facts.family) {
    case Family::kStm32F7:
      made.rcc = std::make_unique<RccF7>(facts, clock);
      made.power = std::make_unique<PwrF7>(facts, clock, made.rcc.get());
      made.flash = std::make_unique<FlashF7>(facts, clock, bus, std::move(callbacks));
      made.syscfg = std::make_unique<PlainRegisters>(kBlockBytes);
      break;
    case Family::kStm32H7: {
      auto power = std::make_unique<PwrH7>(clock);
      made.rcc = std::make_unique<RccH7>(facts, clock);
      made.flash = std::make_unique<FlashH7>(facts, clock, bus, std::move(callbacks));
      made.syscfg = std::make_unique<SyscfgH7>(kBlockBytes, power.get());
      made.power = std::move(power);
      break;
    }
  }
  return made;
}

}  // namespace edgerack::vboard
