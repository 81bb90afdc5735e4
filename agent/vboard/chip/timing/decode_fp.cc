#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/operands.h"

namespace edgerack::vboard {
namespace {

bool HasDouble(const cs_arm& arm) {
  for (int i = 0; i < arm.op_count; ++i) {
    if (arm.operands[i].type == ARM_OP_REG &&
        IsDouble(static_cast<unsigned>(arm.operands[i].reg))) {
      return true;
    }
  }
  return false;
}

constexpr RegisterMask kCoreRegisters = 0xFFFF;

void Hold(uint8_t cycles, MicroOp* op) {
  op->issue_class = IssueClass::kLocking;
  op->cycles = cycles;
}

void Arithmetic(const cs_arm& arm, uint8_t double_cycles, MicroOp* op) {
  op->issue_class = IssueClass::kFpArithmetic;
  op->producer = Producer::kFpArithmetic;
  op->writes = MaskOf(arm, 0);
  if (arm.op_count == 1) op->read(Consumer::kFpOperand) |= op->writes;
  for (int i = 1; i < arm.op_count; ++i) op->read(Consumer::kFpOperand) |= MaskOf(arm, i);
  if (HasDouble(arm)) Hold(double_cycles, op);
}

void Accumulate(const cs_arm& arm, bool fused, MicroOp* op) {
  Arithmetic(arm, CortexM7Occupancy().double_fused, op);
  op->producer = fused ? Producer::kFpFused : Producer::kFpChained;
  op->read(fused ? Consumer::kFpFusedAccumulator : Consumer::kFpChainedAccumulator) |= op->writes;
  op->flags |= kFpAccumulates;
}

// VMOV in all its forms.
void Move(const cs_arm& arm, MicroOp* op) {
  RegisterMask first = MaskOf(arm, 0), second = MaskOf(arm, 1);
  if (arm.op_count > 2) {
    // Two registers at a time, into the core or out of it.
    op->issue_class = IssueClass::kAlone;
    const bool to_core = (first & kCoreRegisters) != 0;
    RegisterMask from = 0;
    for (int i = 0; i < arm.op_count; ++i) {
      const RegisterMask mask = MaskOf(arm, i);
      (((mask & kCoreRegisters) != 0) == to_core ? op->writes : from) |= mask;
    }
    op->producer = to_core ? Producer::kLateAlu : Producer::kFpFromCore;
    op->read(to_core ? Consumer::kFpToCore : Consumer::kStoreData) |= from;
    return;
  }
  op->issue_class = IssueClass::kFpArithmetic;
  op->writes = first;
  if ((first & kCoreRegisters) != 0) {
    op->producer = Producer::kLateAlu;
    op->read(Consumer::kFpToCore) |= second;
    op->flags |= kFpOlderOnly;
  } else if ((second & kCoreRegisters) != 0) {
    op->producer = Producer::kFpFromCore;
    op->read(Consumer::kStoreData) |= second;
    op->flags |= kFpOlderOnly;
  } else {
    op->producer = Producer::kFpArithmetic;
    op->read(Consumer::kFpOperand) |= second;
    op->flags |= second == 0 ? kFpHeldBack : kFpOlderOnly;
  }
}

void LoadOrStore(const cs_arm& arm, bool is_store, MicroOp* op) {
  op->issue_class = is_store ? IssueClass::kStore : IssueClass::kLoad;
  op->is_store = is_store;
  op->accesses = 1;
  op->access_bytes = HasDouble(arm) ? 8 : 4;
  op->flags |= kFpOlderOnly;
  if (is_store) {
    op->read(Consumer::kFpStoreData) |= MaskOf(arm, 0);
  } else {
    op->producer = Producer::kFpLoad;
    op->writes = MaskOf(arm, 0);
  }
  if (HasDouble(arm)) {
    op->issue_class = IssueClass::kAlone;
    op->flags |= kFpHeldBack;
  }
}

void Multiple(const cs_arm& arm, bool has_base, bool is_store, MicroOp* op) {
  DecodeMultiple(arm, has_base, is_store, op);
  op->flags |= kFpHeldBack;
}

}  // namespace

void DecodeFloatingPoint(const cs_insn& insn, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  const OccupancyFacts& occupancy = CortexM7Occupancy();
  switch (insn.id) {
    case ARM_INS_VADD:
    case ARM_INS_VSUB:
      Arithmetic(arm, occupancy.double_add, op);
      op->flags |= kFpHeldBack;
      return;
    case ARM_INS_VMUL:
    case ARM_INS_VNMUL:
      return Arithmetic(arm, occupancy.double_multiply, op);
    case ARM_INS_VFMA:
    case ARM_INS_VFMS:
    case ARM_INS_VFNMA:
    case ARM_INS_VFNMS:
      return Accumulate(arm, true, op);
    case ARM_INS_VMLA:
    case ARM_INS_VMLS:
    case ARM_INS_VNMLA:
    case ARM_INS_VNMLS:
      return Accumulate(arm, false, op);
    case ARM_INS_VDIV:
      Arithmetic(arm, 0, op);
      return Hold(HasDouble(arm) ? occupancy.double_divide : occupancy.fp_divide, op);
    case ARM_INS_VSQRT:
      Arithmetic(arm, 0, op);
      return Hold(HasDouble(arm) ? occupancy.double_divide : occupancy.fp_square_root, op);
    case ARM_INS_VMOV:
      return Move(arm, op);
    case ARM_INS_VLDR:
      return LoadOrStore(arm, false, op);
    case ARM_INS_VSTR:
      return LoadOrStore(arm, true, op);
    case ARM_INS_VLDMIA:
    case ARM_INS_VLDMDB:
      return Multiple(arm, true, false, op);
    case ARM_INS_VSTMIA:
    case ARM_INS_VSTMDB:
      return Multiple(arm, true, true, op);
    case ARM_INS_VPOP:
      return Multiple(arm, false, false, op);
    case ARM_INS_VPUSH:
      return Multiple(arm, false, true, op);
    case ARM_INS_VCMP:
    case ARM_INS_VCMPE:
      op->issue_class = IssueClass::kFpArithmetic;
      op->flags |= kWritesFlags;
      op->read(Consumer::kFpOperand) |= MaskOf(arm, 0) | MaskOf(arm, 1);
      return;
    case ARM_INS_VMRS:
      op->issue_class = IssueClass::kAlone;
      op->flags |= kReadsFlags | kWritesFlags;
      op->writes = MaskOf(arm, 0);
      return;
    case ARM_INS_VMSR:
      op->issue_class = IssueClass::kAlone;
      op->read(Consumer::kStoreData) |= MaskOf(arm, 1);
      return;
    case ARM_INS_VSELEQ:
    case ARM_INS_VSELGE:
    case ARM_INS_VSELGT:
    case ARM_INS_VSELVS:
      op->flags |= kReadsFlags;
      return Arithmetic(arm, occupancy.double_add, op);
    default:
      // VABS, VNEG, VCVT, VRINT, VMAXNM, VMINNM and what else computes.
      return Arithmetic(arm, occupancy.double_add, op);
  }
}

}  // namespace edgerack::vboard
