#include "agent/vboard/chip/chip_facts.h"

namespace edgerack::vboard {

const ChipFacts* FindChipFacts(const std::string& chip_or_board) {
  for (const ChipFacts* facts : {&Stm32F746Facts()}) {
    if (facts->name == chip_or_board || facts->default_board == chip_or_board) return facts;
  }
  return nullptr;
}

}  // namespace edgerack::vboard
