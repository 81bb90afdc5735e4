// The flash controller of the STM32F7: keys, erasing, programming, wait states.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class FlashController : public Device {
 public:
  struct Callbacks {
    std::function<void(uint32_t offset, uint32_t size_bytes)> contents_changed;
    std::function<void()> latency_changed;
    std::function<void(bool)> irq_line;
  };

  FlashController(const ChipFacts& facts, VirtualClock* clock, Bus* bus, Callbacks callbacks);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  // A store into the flash's memory. False: bus error. `stalls`: the core itself waits (it runs
  // from this flash).
  bool Store(uint32_t address, unsigned size_bytes, uint32_t value, bool stalls);

  uint32_t latency() const { return acr_ & 0xF; }
  bool accelerator_on() const { return (acr_ & (1u << 9)) != 0; }
  bool locked() const { return (cr_ & (1u << 31)) != 0; }

 private:
  bool Busy() const { return clock_->NowNs() < busy_until_ns_; }
  void StartErase();
  void Occupy(uint64_t ns, bool stalls);
  void Fail(uint32_t error);
  void UpdateIrq();

  const ChipFacts& facts_;
  VirtualClock* clock_;
  Bus* bus_;
  Callbacks callbacks_;
  uint32_t acr_ = 0, sr_ = 0, cr_ = 0, optcr_ = 0, optcr1_ = 0;
  int key_step_ = 0;         // keys taken
  bool key_failed_ = false;  // wrong order: locked until reset
  int option_key_step_ = 0;
  bool option_key_failed_ = false;
  uint64_t busy_until_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_FLASH_CONTROLLER_H_
