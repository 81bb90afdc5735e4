// Reset and clock control of the STM32F7 (RM0385 5).
#ifndef EDGERACK_AGENT_VBOARD_CHIP_RCC_F7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_RCC_F7_H_

#include <cstdint>

#include "agent/vboard/chip/clock_tree.h"

namespace edgerack::vboard {

class RccF7 : public ClockTree {
 public:
  RccF7(const ChipFacts& facts, VirtualClock* clock) : ClockTree(facts, clock) { Reset(); }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  void NoteReset(ResetCause cause) override;
  bool RunsFromPll() const override { return sws_ == 2; }
  uint64_t core_hz() const override { return hclk_hz(); }
  uint64_t hclk_hz() const override;
  uint64_t pclk_hz(ApbBus bus) const override;
  uint64_t timer_hz(ApbBus bus) const override;
  uint64_t uart_hz(const UartFact& uart) const override;

 private:
  bool HseReady() const;
  uint64_t SourceHz(uint32_t source) const;  // as in CFGR.SW
  uint64_t VcoHz() const;                    // 0 when it cannot lock
  uint64_t PllHz() const;
  bool PllReady() const;
  uint64_t SysclkHz() const { return SourceHz(sws_); }
  uint32_t ReadControl() const;
  void WriteControl(uint32_t value, uint32_t mask);
  void WriteConfig(uint32_t value, uint32_t mask);

  uint32_t control_ = 0, pllcfgr_ = 0, config_ = 0, csr_ = 0;
  uint32_t sws_ = 0;
  uint64_t hsi_ready_ns_ = 0, hse_ready_ns_ = 0, pll_ready_ns_ = 0, plli2s_ready_ns_ = 0,
           pllsai_ready_ns_ = 0, lsi_ready_ns_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_RCC_F7_H_
