#include "agent/vboard/chip/timing/decode.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <cstring>

#include "agent/vboard/chip/timing/cortex_m7.h"
#include "agent/vboard/chip/timing/operands.h"

namespace edgerack::vboard {
namespace {

// Length in bytes of the Thumb instruction that starts with this halfword.
size_t LengthOf(const uint8_t* code) {
  uint16_t first;
  std::memcpy(&first, code, sizeof first);
  return (first >> 11) >= 0x1D ? 4 : 2;
}

}  // namespace

void DecodeMultiple(const cs_arm& arm, bool has_base, bool is_store, MicroOp* op) {
  op->issue_class = IssueClass::kAlone;
  op->flags |= kMultiple;
  op->is_store = is_store;
  RegisterMask list = 0;
  unsigned words = 0;
  for (int i = has_base ? 1 : 0; i < arm.op_count; ++i) {
    if (arm.operands[i].type != ARM_OP_REG) continue;
    const auto reg = static_cast<unsigned>(arm.operands[i].reg);
    list |= MaskOf(reg);
    words += IsDouble(reg) ? 2 : 1;
    op->accesses = static_cast<uint8_t>(op->accesses + 1);
    op->access_bytes = IsDouble(reg) ? 8 : 4;
    if (reg == ARM_REG_PC && !is_store) op->branch = BranchKind::kReturn;
  }
  const unsigned rate = CortexM7Occupancy().words_per_cycle;
  op->cycles = static_cast<uint8_t>(std::max(1u, (words + rate - 1) / rate));
  const bool fp = list >> kFirstFpRegister != 0;
  if (is_store) {
    op->read(fp ? Consumer::kFpStoreData : Consumer::kStoreData) |= list;
  } else {
    op->writes = list;
    op->producer = fp ? Producer::kFpLoad : Producer::kLoadWord;
  }
  const auto base = static_cast<unsigned>(has_base ? arm.operands[0].reg : int{ARM_REG_SP});
  op->base = static_cast<int8_t>(CoreRegisterNumber(base));
  op->read(Consumer::kAddress) |= MaskOf(base);
  if (!has_base || arm.writeback) op->write_back = MaskOf(base) & ~op->writes;
  // Downwards: the lowest word is below the base. PUSH goes down, POP goes up.
  op->step_is_known = true;
  op->step = static_cast<int32_t>(4 * words);
  if (!has_base && is_store) op->displacement = op->step = -static_cast<int32_t>(4 * words);
}

void DecodeAddress(const cs_insn& insn, uint32_t address, MicroOp* op) {
  const cs_arm& arm = insn.detail->arm;
  if ((op->flags & kMultiple) != 0) {
    const bool downwards = insn.id == ARM_INS_LDMDB || insn.id == ARM_INS_STMDB ||
                           insn.id == ARM_INS_VLDMDB || insn.id == ARM_INS_VSTMDB;
    if (downwards) {
      unsigned words = 0;
      for (int i = 1; i < arm.op_count; ++i) {
        words += IsDouble(static_cast<unsigned>(arm.operands[i].reg)) ? 2 : 1;
      }
      op->displacement = op->step = -static_cast<int32_t>(4 * words);
    }
    return;
  }
  for (int i = 0; i < arm.op_count; ++i) {
    if (arm.operands[i].type != ARM_OP_MEM) continue;
    const arm_op_mem& mem = arm.operands[i].mem;
    const bool post_indexed = i + 1 < arm.op_count;
    op->base = static_cast<int8_t>(CoreRegisterNumber(static_cast<unsigned>(mem.base)));
    op->displacement = post_indexed ? 0 : mem.disp;
    if (op->base == 15) {
      op->displacement =
          static_cast<int32_t>(((address + 4) & ~3u) + static_cast<uint32_t>(mem.disp));
      if (mem.index != ARM_REG_INVALID) op->displacement = static_cast<int32_t>(address + 4);
    }
    op->read(Consumer::kAddress) |= MaskOf(static_cast<unsigned>(mem.base));
    if (mem.index != ARM_REG_INVALID) {
      op->index = static_cast<int8_t>(CoreRegisterNumber(static_cast<unsigned>(mem.index)));
      op->index_shift = static_cast<uint8_t>(
          mem.lshift != 0
              ? mem.lshift
              : (arm.operands[i].shift.type == ARM_SFT_LSL ? arm.operands[i].shift.value : 0));
      op->read(Consumer::kAddress) |= MaskOf(static_cast<unsigned>(mem.index));
    }
    if (arm.writeback || post_indexed) {
      op->write_back = MaskOf(static_cast<unsigned>(mem.base));
      const bool by_constant =
          post_indexed ? arm.operands[i + 1].type == ARM_OP_IMM : mem.index == ARM_REG_INVALID;
      op->step_is_known = by_constant;
      if (by_constant) {
        op->step = post_indexed ? static_cast<int32_t>(arm.operands[i + 1].imm) : mem.disp;
      }
    }
  }
}

MicroOpDecoder::MicroOpDecoder() {
  csh handle = 0;
  cs_open(CS_ARCH_ARM, static_cast<cs_mode>(CS_MODE_THUMB | CS_MODE_MCLASS | CS_MODE_V8), &handle);
  cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
  handle_ = handle;
}

MicroOpDecoder::~MicroOpDecoder() {
  csh handle = handle_;
  cs_close(&handle);
}

std::vector<MicroOp> MicroOpDecoder::Decode(const uint8_t* code, uint32_t address,
                                            size_t size_bytes) const {
  std::vector<MicroOp> ops;
  cs_insn* insn = cs_malloc(handle_);
  size_t left = size_bytes;
  uint64_t at = address;
  while (left >= 2) {
    MicroOp op;
    op.offset = static_cast<uint32_t>(at - address);
    const auto here = static_cast<uint32_t>(at);
    if (cs_disasm_iter(handle_, &code, &left, &at, insn)) {
      op.size_bytes = static_cast<uint8_t>(insn->size);
      const arm_cc condition = insn->detail->arm.cc;
      if (condition != ARM_CC_AL && condition != ARM_CC_INVALID && insn->id != ARM_INS_IT) {
        op.flags |= kConditional;
      }
      // Capstone names every FPU instruction with a leading v; no other of this core has one.
      if (insn->mnemonic[0] == 'v') {
        DecodeFloatingPoint(*insn, &op);
      } else {
        DecodeInteger(*insn, &op);
      }
      DecodeAddress(*insn, here, &op);
    } else {
      const size_t length = std::min(LengthOf(code), left);
      op.size_bytes = static_cast<uint8_t>(length);
      op.issue_class = IssueClass::kAlone;
      op.flags |= kUnknownWrites;
      code += length;
      left -= length;
      at += length;
    }
    ops.push_back(op);
  }
  cs_free(insn, 1);
  return ops;
}

}  // namespace edgerack::vboard
