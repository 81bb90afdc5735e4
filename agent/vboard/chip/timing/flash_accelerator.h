// ST's ART accelerator of the STM32F7: a small cache of flash rows in front of the ITCM bus, and
// the row that the flash reads ahead.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_FLASH_ACCELERATOR_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_FLASH_ACCELERATOR_H_

#include <cstdint>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"

namespace edgerack::vboard {

class FlashAccelerator {
 public:
  FlashAccelerator(const AcceleratorFact& fact, uint32_t row_bytes);

  void Configure(bool on, bool prefetch, uint32_t wait_cycles);
  // An access at cycle `now`; returns how long it waits.
  uint32_t Access(uint32_t address, uint64_t now);
  void Reset();

 private:
  bool Holds(uint32_t row) const;
  void Keep(uint32_t row);

  uint32_t row_bytes_;
  bool on_ = false, prefetch_ = false;
  uint32_t wait_cycles_ = 0;
  std::vector<uint32_t> rows_;  // row + 1; 0: empty
  size_t next_ = 0;
  uint32_t current_ = 0;  // the row that stands in the flash's output, + 1
  uint32_t ahead_ = 0;    // the row read ahead, + 1
  uint64_t ahead_ready_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_FLASH_ACCELERATOR_H_
