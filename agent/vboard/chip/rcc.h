// Reset and clock control of the STM32F7, and the clock tree that follows from it.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_RCC_H_
#define EDGERACK_AGENT_VBOARD_CHIP_RCC_H_

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

enum class ResetCause { kPowerOn, kPin, kSoftware, kIndependentWatchdog };

class Rcc : public Device {
 public:
  Rcc(const ChipFacts& facts, VirtualClock* clock) : facts_(facts), clock_(clock) { Reset(); }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  // Called when HCLK may have changed, after the virtual clock runs at the new frequency.
  void SetChanged(std::function<void()> changed) { changed_ = std::move(changed); }
  // Peripherals that a bit of an RSTR register resets.
  void AddResettable(uint32_t reset_offset, uint8_t bit, Device* device) {
    resettable_.push_back({reset_offset, bit, device});
  }
  void NoteReset(ResetCause cause);

  bool Enabled(const ClockGate& gate) const;
  bool RunsFromPll() const { return sws_ == 2; }
  bool HseReady() const;
  uint64_t hclk_hz() const;
  uint64_t pclk_hz(ApbBus bus) const;
  uint64_t timer_hz(ApbBus bus) const;
  // Kernel clock of a USART; 0 if the selected source is off.
  uint64_t uart_hz(const UartFact& uart) const;

 private:
  uint64_t SourceHz(uint32_t source) const;  // as in CFGR.SW
  uint64_t PllHz() const;
  bool PllReady() const;
  uint64_t SysclkHz() const { return SourceHz(sws_); }
  uint32_t ReadControl() const;
  void WriteControl(uint32_t value, uint32_t mask);
  void WriteConfig(uint32_t value, uint32_t mask);
  void Apply();

  struct Resettable {
    uint32_t offset;
    uint8_t bit;
    Device* device;
  };

  const ChipFacts& facts_;
  VirtualClock* clock_;
  std::function<void()> changed_;
  std::vector<Resettable> resettable_;
  uint32_t control_ = 0, pllcfgr_ = 0, config_ = 0, csr_ = 0;
  uint32_t sws_ = 0;
  uint64_t hsi_ready_ns_ = 0, hse_ready_ns_ = 0, pll_ready_ns_ = 0, plli2s_ready_ns_ = 0,
           pllsai_ready_ns_ = 0, lsi_ready_ns_ = 0;
  std::array<uint32_t, 0x100 / 4> plain_{};  // registers without behaviour
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_RCC_H_
