// Capstone's operands in the pipeline's terms; shared by the decoders.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_OPERANDS_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_OPERANDS_H_

#include <capstone/capstone.h>

#include "agent/vboard/chip/timing/micro_op.h"

namespace edgerack::vboard {

// 0..15, or -1 if it is none of the core's.
inline int CoreRegisterNumber(unsigned reg) {
  if (reg >= ARM_REG_R0 && reg <= ARM_REG_R12) return static_cast<int>(reg - ARM_REG_R0);
  if (reg == ARM_REG_SP) return 13;
  if (reg == ARM_REG_LR) return 14;
  if (reg == ARM_REG_PC) return 15;
  return -1;
}

inline bool IsSingle(unsigned reg) { return reg >= ARM_REG_S0 && reg <= ARM_REG_S31; }
inline bool IsDouble(unsigned reg) { return reg >= ARM_REG_D0 && reg <= ARM_REG_D15; }

// The PC and what is no register: nothing.
inline RegisterMask MaskOf(unsigned reg) {
  const int core = CoreRegisterNumber(reg);
  if (core >= 0) return core == 15 ? 0 : RegisterBit(core);
  if (IsSingle(reg)) return RegisterBit(kFirstFpRegister + static_cast<int>(reg - ARM_REG_S0));
  if (IsDouble(reg)) {
    return RegisterMask{3} << (kFirstFpRegister + 2 * static_cast<int>(reg - ARM_REG_D0));
  }
  return 0;
}

// Of a register operand; others: nothing.
inline RegisterMask MaskOf(const cs_arm& arm, int operand) {
  if (operand >= arm.op_count || arm.operands[operand].type != ARM_OP_REG) return 0;
  return MaskOf(static_cast<unsigned>(arm.operands[operand].reg));
}

// Integer and data-processing instructions, loads, stores and branches.
void DecodeInteger(const cs_insn& insn, MicroOp* op);
// Those of the floating-point unit.
void DecodeFloatingPoint(const cs_insn& insn, MicroOp* op);
// The memory operand or register list of either: addresses, accesses, write-back.
void DecodeAddress(const cs_insn& insn, uint32_t address, MicroOp* op);
// LDM, STM, VLDM and their kin: registers, accesses and cycles from the list behind the base.
void DecodeMultiple(const cs_arm& arm, bool has_base, bool is_store, MicroOp* op);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_OPERANDS_H_
