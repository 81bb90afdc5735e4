// What the rest of a chip asks its flash interface; each family has its own registers for it.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

struct FlashCallbacks {
  std::function<void(uint32_t offset, uint32_t size_bytes)> contents_changed;
  std::function<void()> latency_changed;
  std::function<void(bool)> irq_line;
};

// A program that only polls a busy flash waits for it: after a few answers time goes on to the end,
// because each poll costs the host far more than the program's own work.
class PollSkipper {
 public:
  // To be called when a status register that says busy until then is read.
  void OnBusy(VirtualClock* clock, uint64_t until_ns) {
    constexpr int kPatience = 4;
    if (++polls_ < kPatience) return;
    polls_ = 0;
    clock->AdvanceTo(clock->NsToCycles(until_ns));
  }

 private:
  int polls_ = 0;
};

class FlashController : public Device {
 public:
  // A store into the flash's memory. False: bus error. `running_at`: where in the flash the core
  // that stores fetches its instructions, if it does.
  virtual bool Store(uint32_t address, unsigned size_bytes, uint32_t value,
                     std::optional<uint32_t> running_at) = 0;
  virtual uint32_t latency() const = 0;  // wait states that are set
  virtual bool accelerator_on() const = 0;
  virtual bool prefetch_on() const = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_
