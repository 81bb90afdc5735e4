// The flash controller of the STM32F7: keys, erasing, programming, wait states (RM0385 3).
#ifndef EDGERACK_AGENT_VBOARD_CHIP_FLASH_F7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_FLASH_F7_H_

#include <cstdint>
#include <optional>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/flash_controller.h"
#include "agent/vboard/chip/key_lock.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class FlashF7 : public FlashController {
 public:
  FlashF7(const ChipFacts& facts, VirtualClock* clock, Bus* bus, FlashCallbacks callbacks);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  bool Store(uint32_t address, unsigned size_bytes, uint32_t value,
             std::optional<uint32_t> running_at) override;
  uint32_t latency() const override { return acr_ & 0xF; }
  bool prefetch_on() const override { return (acr_ & (1u << 8)) != 0; }
  bool accelerator_on() const override { return (acr_ & (1u << 9)) != 0; }

 private:
  bool Busy() const { return clock_->NowNs() < busy_until_ns_; }
  void StartErase();
  void Occupy(uint64_t ns, bool stalls);
  void Fail(uint32_t error);
  void UpdateIrq();

  const ChipFacts& facts_;
  VirtualClock* clock_;
  Bus* bus_;
  FlashCallbacks callbacks_;
  uint32_t acr_ = 0, sr_ = 0, cr_ = 0, optcr_ = 0, optcr1_ = 0;
  KeyLock lock_{"FLASH_KEYR", kFlashKey1, kFlashKey2};
  KeyLock option_lock_{"FLASH_OPTKEYR", kOptionKey1, kOptionKey2};
  uint64_t busy_until_ns_ = 0;
  PollSkipper polls_;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_FLASH_F7_H_
