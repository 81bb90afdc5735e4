// The one register of this emulator that no real chip has: how many instructions were executed
// since reset, 32 bits, read-only, in the vendor space beside DBGMCU. A real STM32 has nothing
// there, so a program must read it only when told to.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_INSTRUCTION_COUNTER_H_
#define EDGERACK_AGENT_VBOARD_CHIP_INSTRUCTION_COUNTER_H_

#include <cstdint>

namespace edgerack::vboard {

inline constexpr uint32_t kInstructionCounterAddress = 0xE0042FFC;

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_INSTRUCTION_COUNTER_H_
