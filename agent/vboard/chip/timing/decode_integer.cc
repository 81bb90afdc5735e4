#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/operands.h"

namespace edgerack::vboard {
namespace {

// A constant that the shifter has to rotate into place: neither eight plain bits nor a repeated
// pattern of them.
bool IsRotated(int64_t immediate) {
  const auto value = static_cast<uint32_t>(immediate);
  if (value <= 0xFF) return false;
  const uint32_t low = value & 0xFF, second = value >> 8 & 0xFF;
  if (value == (low | low << 16) || value == (second << 8 | second << 24)) return false;
  return value != low * 0x01010101u;
}

// Register operands from `first` on, `consumer`; one that the shifter works on is needed early.
void ReadOperands(const cs_arm& arm, int first, Consumer consumer, MicroOp* op) {
  for (int i = first; i < arm.op_count; ++i) {
    const cs_arm_op& operand = arm.operands[i];
    if (operand.type != ARM_OP_REG) continue;
    const bool shifted = operand.shift.type != ARM_SFT_INVALID;
    op->read(shifted ? Consumer::kEarlyOperand : consumer) |= MaskOf(arm, i);
    if (shifted && operand.shift.type >= ARM_SFT_ASR_REG) {
      op->read(Consumer::kEarlyOperand) |= MaskOf(static_cast<unsigned>(operand.shift.value));
    }
  }
}

bool HasShift(const cs_arm& arm) {
  for (int i = 1; i < arm.op_count; ++i) {
    if (arm.operands[i].type == ARM_OP_REG && arm.operands[i].shift.type != ARM_SFT_INVALID) {
      return true;
    }
  }
  return false;
}

bool HasRotatedConstant(const cs_arm& arm) {
  const cs_arm_op& last = arm.operands[arm.op_count - 1];
  return last.type == ARM_OP_IMM && IsRotated(last.imm);
}

// Sums that an address may be made of: of registers, a shifted one, a constant.
void NoteSum(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  const bool adds = insn.id == ARM_INS_ADD || insn.id == ARM_INS_ADDW;
  const bool subtracts = insn.id == ARM_INS_SUB || insn.id == ARM_INS_SUBW;
  if (!adds && !subtracts) return;
  const auto number = [&arm](int i) {
    return static_cast<int8_t>(CoreRegisterNumber(static_cast<unsigned>(arm.operands[i].reg)));
  };
  const cs_arm_op& last = arm.operands[arm.op_count - 1];
  op->sum.a = number(arm.op_count - 2);
  if (last.type == ARM_OP_IMM) {
    op->sum.constant = static_cast<int32_t>(adds ? last.imm : -last.imm);
  } else if (adds && last.type == ARM_OP_REG &&
             (last.shift.type == ARM_SFT_INVALID || last.shift.type == ARM_SFT_LSL)) {
    op->sum.b = number(arm.op_count - 1);
    op->sum.shift = static_cast<uint8_t>(last.shift.type == ARM_SFT_LSL ? last.shift.value : 0);
  } else {
    return;
  }
  if (op->sum.a >= 0) op->sum.dest = number(0);
}

// dest, a, b; or dest, b with dest read too.
void Arithmetic(const cs_insn& insn, bool early, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->writes = MaskOf(arm, 0);
  if (arm.op_count == 2) op->read(Consumer::kOperand) |= op->writes;
  ReadOperands(arm, 1, Consumer::kOperand, op);
  NoteSum(insn, op);
  const bool plain_constant = insn.id == ARM_INS_ADDW || insn.id == ARM_INS_SUBW;
  if (HasShift(arm) || (insn.size == 4 && !plain_constant && HasRotatedConstant(arm))) {
    op->issue_class = IssueClass::kInlineShift;
  } else if (early) {
    op->flags |= kEarlyIfOlder;
  }
}

void Compare(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->flags |= kWritesFlags;
  ReadOperands(arm, 0, Consumer::kOperand, op);
  if (HasShift(arm) || (insn.size == 4 && HasRotatedConstant(arm))) {
    op->issue_class = IssueClass::kInlineShift;
  }
}

void Move(const cs_insn& insn, bool early, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->writes = MaskOf(arm, 0);
  if (insn.id == ARM_INS_MOVT) op->read(Consumer::kOperand) |= op->writes;
  for (int i = 1; i < arm.op_count; ++i) op->read(Consumer::kOperand) |= MaskOf(arm, i);
  const cs_arm_op& source = arm.operands[1];
  if (insn.id != ARM_INS_MOVT && insn.id != ARM_INS_MVN && !HasShift(arm)) {
    op->sum.dest =
        static_cast<int8_t>(CoreRegisterNumber(static_cast<unsigned>(arm.operands[0].reg)));
    if (source.type == ARM_OP_IMM) op->sum.constant = static_cast<int32_t>(source.imm);
    if (source.type == ARM_OP_REG) {
      op->sum.a = static_cast<int8_t>(CoreRegisterNumber(static_cast<unsigned>(source.reg)));
    }
  }
  if (HasShift(arm)) {
    op->issue_class = IssueClass::kMoveShift;
    op->flags |= kEarlyIfOlder | kEarlyIfYounger;
  } else if (insn.id == ARM_INS_MOV && insn.size == 4 && HasRotatedConstant(arm)) {
    op->issue_class = IssueClass::kInlineShift;
  } else if (early) {
    op->flags |= kEarlyIfOlder;
  }
}

void Shift(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->issue_class = IssueClass::kMoveShift;
  op->writes = MaskOf(arm, 0);
  const bool two_operands = arm.op_count == 2 && insn.id != ARM_INS_RRX;
  if (two_operands) op->read(Consumer::kOperand) |= op->writes;
  for (int i = 1; i < arm.op_count; ++i) op->read(Consumer::kOperand) |= MaskOf(arm, i);
  if (insn.id == ARM_INS_RRX) {
    op->flags |= kReadsFlags;
  } else {
    op->flags |= kEarlyIfOlder | kEarlyIfYounger;
  }
}

void BitField(const cs_insn& insn, Producer producer, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->issue_class = IssueClass::kBitField;
  op->producer = producer;
  op->writes = MaskOf(arm, 0);
  if (insn.id == ARM_INS_BFI || insn.id == ARM_INS_BFC) op->read(Consumer::kOperand) |= op->writes;
  // The last register goes through the shifter, one before it does not.
  int last = 0;
  for (int i = 1; i < arm.op_count; ++i) last = arm.operands[i].type == ARM_OP_REG ? i : last;
  for (int i = 1; i < arm.op_count; ++i) {
    op->read(i == last ? Consumer::kEarlyOperand : Consumer::kOperand) |= MaskOf(arm, i);
  }
}

void Parallel(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->issue_class = IssueClass::kExtend;
  op->writes = MaskOf(arm, 0);
  if (arm.op_count == 1) op->read(Consumer::kOperand) |= op->writes;
  for (int i = 1; i < arm.op_count; ++i) op->read(Consumer::kOperand) |= MaskOf(arm, i);
}

// `results` destinations, two factors, then addends; `accumulates`: the destinations are addends.
void Multiply(const cs_insn& insn, int results, bool accumulates, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->issue_class = IssueClass::kMultiply;
  op->producer = Producer::kMultiply;
  for (int i = 0; i < results; ++i) op->writes |= MaskOf(arm, i);
  if (accumulates) op->read(Consumer::kAccumulator) |= op->writes;
  const int first = results;
  if (arm.op_count == first + 1) op->read(Consumer::kMultiplicand) |= op->writes;  // muls r0, r1
  for (int i = first; i < first + 2; ++i) op->read(Consumer::kMultiplicand) |= MaskOf(arm, i);
  for (int i = first + 2; i < arm.op_count; ++i) {
    op->read(Consumer::kAccumulator) |= MaskOf(arm, i);
  }
}

// Of a load or store; 0 where it may not come.
uint8_t AccessBytes(unsigned id) {
  switch (id) {
    case ARM_INS_LDR:
    case ARM_INS_STR:
    case ARM_INS_LDRD:
    case ARM_INS_STRD:
      return 4;
    case ARM_INS_LDRH:
    case ARM_INS_LDRSH:
    case ARM_INS_STRH:
    case ARM_INS_TBH:
      return 2;
    case ARM_INS_LDRB:
    case ARM_INS_LDRSB:
    case ARM_INS_STRB:
    case ARM_INS_TBB:
      return 1;
    default:
      return 0;
  }
}

void Load(const cs_arm& arm, Producer producer, MicroOp* op) {
  op->issue_class = IssueClass::kLoad;
  op->producer = producer;
  op->accesses = 1;
  op->writes = MaskOf(arm, 0);
  if (CoreRegisterNumber(static_cast<unsigned>(arm.operands[0].reg)) == 15) {
    op->branch = BranchKind::kIndirect;
    op->issue_class = IssueClass::kAlone;
  }
}

void Store(const cs_arm& arm, MicroOp* op) {
  op->issue_class = IssueClass::kStore;
  op->accesses = 1;
  op->is_store = true;
  op->read(Consumer::kStoreData) |= MaskOf(arm, 0);
}

void Direct(const cs_insn& insn, BranchKind kind, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  op->issue_class = IssueClass::kBranch;
  op->branch = kind;
  const cs_arm_op& last = arm.operands[arm.op_count - 1];
  if (last.type == ARM_OP_IMM) op->target = static_cast<uint32_t>(last.imm);
}

void Alone(uint8_t cycles, MicroOp* op) {
  op->issue_class = IssueClass::kAlone;
  op->cycles = cycles;
}

}  // namespace

void DecodeInteger(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  const OccupancyFacts& occupancy = CortexM7Occupancy();
  if (arm.update_flags) op->flags |= kWritesFlags;
  op->access_bytes = AccessBytes(insn.id);
  switch (insn.id) {
    case ARM_INS_ADC:
    case ARM_INS_SBC:
      op->flags |= kReadsFlags;
      return Arithmetic(insn, false, op);
    case ARM_INS_ADD:
    case ARM_INS_ADDW:
    case ARM_INS_SUB:
    case ARM_INS_SUBW:
      return Arithmetic(insn, true, op);
    case ARM_INS_AND:
    case ARM_INS_ORR:
    case ARM_INS_ORN:
    case ARM_INS_EOR:
    case ARM_INS_BIC:
    case ARM_INS_RSB:
      return Arithmetic(insn, false, op);
    case ARM_INS_ADR:
      op->writes = MaskOf(arm, 0);
      op->flags |= kEarlyIfOlder;
      return;
    case ARM_INS_CMP:
    case ARM_INS_CMN:
    case ARM_INS_TST:
    case ARM_INS_TEQ:
      return Compare(insn, op);
    case ARM_INS_MOV:
    case ARM_INS_MOVW:
    case ARM_INS_MOVT:
      if (CoreRegisterNumber(static_cast<unsigned>(arm.operands[0].reg)) == 15) {
        op->issue_class = IssueClass::kBranch;
        op->branch =
            MaskOf(arm, 1) == RegisterBit(14) ? BranchKind::kReturn : BranchKind::kIndirect;
        return;
      }
      return Move(insn, true, op);
    case ARM_INS_MVN:
      return Move(insn, false, op);
    case ARM_INS_LSL:
    case ARM_INS_LSR:
    case ARM_INS_ASR:
    case ARM_INS_ROR:
    case ARM_INS_RRX:
      return Shift(insn, op);
    case ARM_INS_REV:
    case ARM_INS_REV16:
    case ARM_INS_REVSH:
    case ARM_INS_RBIT:
      return BitField(insn, Producer::kReverse, op);
    case ARM_INS_BFI:
    case ARM_INS_BFC:
    case ARM_INS_SBFX:
    case ARM_INS_UBFX:
    case ARM_INS_PKHBT:
    case ARM_INS_PKHTB:
    case ARM_INS_SXTAB:
    case ARM_INS_UXTAB:
    case ARM_INS_SXTAH:
    case ARM_INS_UXTAH:
    case ARM_INS_SXTAB16:
    case ARM_INS_UXTAB16:
    case ARM_INS_CLZ:
      return BitField(insn, Producer::kLateAlu, op);
    case ARM_INS_SSAT:
    case ARM_INS_USAT:
    case ARM_INS_SSAT16:
    case ARM_INS_USAT16:
    case ARM_INS_QADD:
    case ARM_INS_QSUB:
    case ARM_INS_QDADD:
    case ARM_INS_QDSUB:
      return BitField(insn, Producer::kSaturate, op);
    case ARM_INS_SEL:
      op->flags |= kReadsFlags;
      return Parallel(insn, op);
    case ARM_INS_SADD16:
    case ARM_INS_SADD8:
    case ARM_INS_SSUB16:
    case ARM_INS_SSUB8:
    case ARM_INS_UADD16:
    case ARM_INS_UADD8:
    case ARM_INS_USUB16:
    case ARM_INS_USUB8:
      op->flags |= kWritesFlags;
      return Parallel(insn, op);
    case ARM_INS_SXTB:
    case ARM_INS_SXTH:
    case ARM_INS_UXTB:
    case ARM_INS_UXTH:
    case ARM_INS_SXTB16:
    case ARM_INS_UXTB16:
    case ARM_INS_QADD16:
    case ARM_INS_QADD8:
    case ARM_INS_QSUB16:
    case ARM_INS_QSUB8:
    case ARM_INS_QASX:
    case ARM_INS_QSAX:
    case ARM_INS_SASX:
    case ARM_INS_SSAX:
    case ARM_INS_SHADD16:
    case ARM_INS_SHADD8:
    case ARM_INS_SHSUB16:
    case ARM_INS_SHSUB8:
    case ARM_INS_UHADD16:
    case ARM_INS_UHADD8:
    case ARM_INS_UHSUB16:
    case ARM_INS_UHSUB8:
    case ARM_INS_UQADD16:
    case ARM_INS_UQADD8:
    case ARM_INS_UQSUB16:
    case ARM_INS_UQSUB8:
      return Parallel(insn, op);
    case ARM_INS_MUL:
    case ARM_INS_MLA:
    case ARM_INS_MLS:
    case ARM_INS_SMULBB:
    case ARM_INS_SMULBT:
    case ARM_INS_SMULTB:
    case ARM_INS_SMULTT:
    case ARM_INS_SMULWB:
    case ARM_INS_SMULWT:
    case ARM_INS_SMLABB:
    case ARM_INS_SMLABT:
    case ARM_INS_SMLATB:
    case ARM_INS_SMLATT:
    case ARM_INS_SMLAWB:
    case ARM_INS_SMLAWT:
    case ARM_INS_SMUAD:
    case ARM_INS_SMUADX:
    case ARM_INS_SMUSD:
    case ARM_INS_SMUSDX:
    case ARM_INS_SMLAD:
    case ARM_INS_SMLADX:
    case ARM_INS_SMLSD:
    case ARM_INS_SMLSDX:
    case ARM_INS_SMMUL:
    case ARM_INS_SMMULR:
    case ARM_INS_SMMLA:
    case ARM_INS_SMMLAR:
    case ARM_INS_SMMLS:
    case ARM_INS_SMMLSR:
    case ARM_INS_USAD8:
    case ARM_INS_USADA8:
      return Multiply(insn, 1, false, op);
    case ARM_INS_SMULL:
    case ARM_INS_UMULL:
      return Multiply(insn, 2, false, op);
    case ARM_INS_SMLAL:
    case ARM_INS_UMLAL:
    case ARM_INS_UMAAL:
    case ARM_INS_SMLALBB:
    case ARM_INS_SMLALBT:
    case ARM_INS_SMLALTB:
    case ARM_INS_SMLALTT:
    case ARM_INS_SMLALD:
    case ARM_INS_SMLALDX:
    case ARM_INS_SMLSLD:
    case ARM_INS_SMLSLDX:
      return Multiply(insn, 2, true, op);
    case ARM_INS_SDIV:
    case ARM_INS_UDIV:
      Alone(occupancy.divide, op);
      op->writes = MaskOf(arm, 0);
      if (arm.op_count == 2) op->read(Consumer::kOperand) |= op->writes;
      return ReadOperands(arm, 1, Consumer::kOperand, op);
    case ARM_INS_LDR:
    case ARM_INS_LDRT:
    case ARM_INS_LDREX:
      return Load(arm, Producer::kLoadWord, op);
    case ARM_INS_LDRB:
    case ARM_INS_LDRBT:
    case ARM_INS_LDRH:
    case ARM_INS_LDRHT:
    case ARM_INS_LDRSB:
    case ARM_INS_LDRSBT:
    case ARM_INS_LDRSH:
    case ARM_INS_LDRSHT:
    case ARM_INS_LDREXB:
    case ARM_INS_LDREXH:
      return Load(arm, Producer::kLoadNarrow, op);
    case ARM_INS_LDRD:
      Load(arm, Producer::kLoadWord, op);
      op->issue_class = IssueClass::kAlone;
      op->writes |= MaskOf(arm, 1);
      op->accesses = 2;
      return;
    case ARM_INS_STR:
    case ARM_INS_STRT:
    case ARM_INS_STRB:
    case ARM_INS_STRBT:
    case ARM_INS_STRH:
    case ARM_INS_STRHT:
      return Store(arm, op);
    case ARM_INS_STREX:
    case ARM_INS_STREXB:
    case ARM_INS_STREXH:
      Store(arm, op);
      op->read(Consumer::kStoreData) = MaskOf(arm, 1);
      op->writes = MaskOf(arm, 0);
      return Alone(1, op);
    case ARM_INS_STRD:
      Store(arm, op);
      op->issue_class = IssueClass::kAlone;
      op->read(Consumer::kStoreData) |= MaskOf(arm, 1);
      op->accesses = 2;
      return;
    case ARM_INS_LDM:
    case ARM_INS_LDMDB:
      return DecodeMultiple(arm, true, false, op);
    case ARM_INS_STM:
    case ARM_INS_STMDB:
      return DecodeMultiple(arm, true, true, op);
    case ARM_INS_POP:
      return DecodeMultiple(arm, false, false, op);
    case ARM_INS_PUSH:
      return DecodeMultiple(arm, false, true, op);
    case ARM_INS_TBB:
    case ARM_INS_TBH:
      Alone(1, op);
      op->accesses = 1;
      op->branch = BranchKind::kIndirect;
      return;
    case ARM_INS_B:
      return Direct(insn, BranchKind::kDirect, op);
    case ARM_INS_BL:
      op->writes = RegisterBit(14);
      op->producer = Producer::kEarlyAlu;
      return Direct(insn, BranchKind::kCall, op);
    case ARM_INS_BLX:
      op->writes = RegisterBit(14);
      op->producer = Producer::kEarlyAlu;
      op->issue_class = IssueClass::kBranch;
      op->branch = BranchKind::kIndirectCall;
      return;
    case ARM_INS_BX:
      op->issue_class = IssueClass::kBranch;
      op->branch = MaskOf(arm, 0) == RegisterBit(14) ? BranchKind::kReturn : BranchKind::kIndirect;
      return;
    case ARM_INS_CBZ:
    case ARM_INS_CBNZ:
      op->flags |= kConditional | kTestsRegister;
      op->read(Consumer::kOperand) |= MaskOf(arm, 0);
      return Direct(insn, BranchKind::kDirect, op);
    case ARM_INS_IT:
      op->flags |= kReadsFlags;
      return;
    case ARM_INS_NOP:
    case ARM_INS_HINT:
      return;
    case ARM_INS_DSB:
    case ARM_INS_ISB:
    case ARM_INS_DMB:
      return Alone(occupancy.barrier, op);
    case ARM_INS_MRS:
      op->writes = MaskOf(arm, 0);
      return Alone(1, op);
    default:
      op->flags |= kUnknownWrites;
      for (int i = 0; i < arm.op_count; ++i) op->read(Consumer::kOperand) |= MaskOf(arm, i);
      return Alone(1, op);
  }
}

}  // namespace edgerack::vboard
