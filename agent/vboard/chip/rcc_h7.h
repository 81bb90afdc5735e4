// Reset and clock control of the STM32H7 (RM0433 8): HSI, HSE and PLL1 lead to the core, its bus at
// a divided clock behind it; PLL2 and PLL3 only tell that they are ready.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_RCC_H7_H_
#define EDGERACK_AGENT_VBOARD_CHIP_RCC_H7_H_

#include <cstdint>

#include "agent/vboard/chip/clock_tree.h"

namespace edgerack::vboard {

class RccH7 : public ClockTree {
 public:
  RccH7(const ChipFacts& facts, VirtualClock* clock) : ClockTree(facts, clock) { Reset(); }

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  void NoteReset(ResetCause cause) override;
  bool RunsFromPll() const override;
  uint64_t core_hz() const override;
  uint64_t hclk_hz() const override;
  uint64_t pclk_hz(ApbBus bus) const override;
  uint64_t timer_hz(ApbBus bus) const override;
  uint64_t uart_hz(const UartFact& uart) const override;

 private:
  bool HseReady() const;
  uint64_t HsiHz() const;                    // behind its divider
  uint64_t SourceHz(uint32_t source) const;  // as in CFGR.SW
  uint32_t PllSource() const;
  uint64_t PllSourceHz() const;
  uint64_t PllHz() const;  // 0 where it cannot lock
  bool PllReady() const;
  bool Ready(uint32_t source) const;
  uint32_t ReadControl() const;
  void WriteControl(uint32_t value, uint32_t mask);
  void WriteConfig(uint32_t value, uint32_t mask);
  // A register of which `pll1_bits` belong to PLL1 and cannot change while it is on.
  void WritePllRegister(const char* name, uint32_t* target, uint32_t pll1_bits, uint32_t value,
                        uint32_t mask);
  void ExplainLock() const;

  uint32_t control_ = 0, config_ = 0, select_ = 0, pllcfgr_ = 0, dividers_ = 0, flags_ = 0,
           csr_ = 0;
  uint32_t sws_ = 0;
  uint64_t hsi_ready_ns_ = 0, csi_ready_ns_ = 0, hse_ready_ns_ = 0, lsi_ready_ns_ = 0;
  uint64_t pll_ready_ns_[3] = {0, 0, 0};
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_RCC_H7_H_
