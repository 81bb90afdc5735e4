// The flash controller of the STM32H743 (RM0433 4): two banks with their own registers, programmed
// in words of 32 bytes.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_FLASH_H7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_FLASH_H7_H_

#include <array>
#include <cstdint>
#include <optional>

#include "agent/vboard/chip/bus.h"
#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/flash_controller.h"
#include "agent/vboard/chip/key_lock.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

class FlashH7 : public FlashController {
 public:
  FlashH7(const ChipFacts& facts, VirtualClock* clock, Bus* bus, FlashCallbacks callbacks);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  bool Store(uint32_t address, unsigned size_bytes, uint32_t value,
             std::optional<uint32_t> running_at) override;
  uint32_t latency() const override { return acr_ & 0xF; }
  bool accelerator_on() const override { return false; }
  bool prefetch_on() const override { return false; }

 private:
  static constexpr uint32_t kBanks = 2, kWordBytes = 32;
  struct Bank {
    KeyLock lock{"FLASH_KEYR", kFlashKey1, kFlashKey2};
    uint32_t cr = 0, sr = 0;
    uint64_t busy_until_ns = 0;
    PollSkipper polls;
    // The write buffer: bytes of the flash word at `word` that were given so far.
    uint32_t word = 0;
    uint32_t given = 0;  // a bit per byte
    std::array<uint8_t, kWordBytes> bytes{};
  };

  uint32_t BankBytes() const { return bus_->flash_size_bytes() / kBanks; }
  bool Busy(const Bank& bank) const { return clock_->NowNs() < bank.busy_until_ns; }
  void WaitFor(const Bank& bank);
  void Occupy(Bank* bank, uint64_t ns);
  void Fail(Bank* bank, uint32_t error);
  void Program(Bank* bank);
  void StartErase(uint32_t number);
  void WriteControl(uint32_t number, uint32_t value, uint32_t mask);
  void UpdateIrq();

  const ChipFacts& facts_;
  VirtualClock* clock_;
  Bus* bus_;
  FlashCallbacks callbacks_;
  std::array<Bank, kBanks> banks_;
  KeyLock option_lock_{"FLASH_OPTKEYR", kOptionKey1, kOptionKey2};
  uint32_t acr_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_FLASH_H7_H_
