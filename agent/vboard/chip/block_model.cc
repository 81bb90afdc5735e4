#include "agent/vboard/chip/block_model.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <cstring>

namespace edgerack::vboard {
namespace {

bool IsFp(const cs_insn& insn) {
  // Capstone names every FPU instruction with a leading v; no integer instruction of this core has
  // one.
  return insn.mnemonic[0] == 'v';
}

int CountRegisters(const cs_arm& arm) {
  int count = 0;
  for (int i = 0; i < arm.op_count; ++i) count += arm.operands[i].type == ARM_OP_REG ? 1 : 0;
  return count;
}

struct Iterator {
  Iterator(size_t handle, const uint8_t* code_in, uint32_t address_in, size_t size)
      : handle_(handle), code(code_in), left(size), address(address_in), insn(cs_malloc(handle)) {}
  ~Iterator() { cs_free(insn, 1); }
  Iterator(const Iterator&) = delete;
  Iterator& operator=(const Iterator&) = delete;

  // False at the end. An instruction Capstone does not know is stepped over; `known` says which.
  bool Next() {
    if (left < 2) return false;
    offset = next_offset;
    known = cs_disasm_iter(handle_, &code, &left, &address, insn);
    if (known) {
      next_offset = offset + insn->size;
      return true;
    }
    uint16_t first;
    std::memcpy(&first, code, 2);
    const size_t length = std::min<size_t>(ThumbLength(first), left);
    code += length;
    left -= length;
    address += length;
    next_offset = offset + static_cast<uint32_t>(length);
    return true;
  }

  size_t handle_;
  const uint8_t* code;
  size_t left;
  uint64_t address;
  cs_insn* insn;
  uint32_t offset = 0;
  uint32_t next_offset = 0;
  bool known = false;
};

int CoreRegister(unsigned capstone_register) {
  if (capstone_register >= ARM_REG_R0 && capstone_register <= ARM_REG_R12) {
    return static_cast<int>(capstone_register - ARM_REG_R0);
  }
  if (capstone_register == ARM_REG_SP) return 13;
  if (capstone_register == ARM_REG_LR) return 14;
  return -1;
}

}  // namespace

BlockModel::BlockModel() {
  csh handle = 0;
  cs_open(CS_ARCH_ARM, static_cast<cs_mode>(CS_MODE_THUMB | CS_MODE_MCLASS | CS_MODE_V8), &handle);
  cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
  handle_ = handle;
}

BlockModel::~BlockModel() {
  csh handle = handle_;
  cs_close(&handle);
}

BlockFigures BlockModel::Decode(const uint8_t* code, uint32_t address, size_t size_bytes) const {
  BlockFigures figures;
  figures.size_bytes = static_cast<uint32_t>(size_bytes);
  for (Iterator it(handle_, code, address, size_bytes); it.Next();) {
    ++figures.instructions;
    if (!it.known) continue;
    const cs_insn& insn = *it.insn;
    if (IsFp(insn) && (figures.flags & kBlockHasFp) == 0) {
      figures.flags |= kBlockHasFp;
      figures.first_fp_offset = it.offset;
    }
    if ((insn.id == ARM_INS_UDIV || insn.id == ARM_INS_SDIV) &&
        (figures.flags & kBlockHasDivide) == 0) {
      figures.flags |= kBlockHasDivide;
      figures.first_divide_offset = it.offset;
    }
    if (insn.id == ARM_INS_SEV) figures.flags |= kBlockHasSendEvent;
    if (insn.id == ARM_INS_CPS || insn.id == ARM_INS_MSR) figures.flags |= kBlockChangesMasks;
  }
  return figures;
}

std::optional<uint32_t> BlockModel::FindAccess(
    const uint8_t* code, uint32_t address, size_t size_bytes, uint32_t fault_address,
    const std::function<uint32_t(int)>& read_register) const {
  for (Iterator it(handle_, code, address, size_bytes); it.Next();) {
    if (!it.known) continue;
    const cs_insn& insn = *it.insn;
    const cs_arm& arm = insn.detail->arm;
    const bool multiple =
        std::strncmp(insn.mnemonic, "ldm", 3) == 0 || std::strncmp(insn.mnemonic, "stm", 3) == 0 ||
        std::strncmp(insn.mnemonic, "vldm", 4) == 0 || std::strncmp(insn.mnemonic, "vstm", 4) == 0;
    const bool stack = std::strstr(insn.mnemonic, "push") != nullptr ||
                       std::strstr(insn.mnemonic, "pop") != nullptr;
    if (multiple || stack) {
      const int base = stack ? 13 : CoreRegister(arm.operands[0].reg);
      if (base < 0) continue;
      const int64_t span = 8 * (CountRegisters(arm) + 1);
      const int64_t distance = int64_t{fault_address} - int64_t{read_register(base)};
      if (distance >= -span && distance < span) return it.offset;
      continue;
    }
    for (int i = 0; i < arm.op_count; ++i) {
      if (arm.operands[i].type != ARM_OP_MEM) continue;
      const arm_op_mem& mem = arm.operands[i].mem;
      uint32_t at = 0;
      if (mem.base == ARM_REG_PC) {
        at = ((address + it.offset + 4) & ~3u) + static_cast<uint32_t>(mem.disp);
      } else {
        const int base = CoreRegister(mem.base);
        if (base < 0) continue;
        at = read_register(base) + static_cast<uint32_t>(mem.disp);
      }
      const int index = CoreRegister(mem.index);
      if (mem.index != ARM_REG_INVALID && index >= 0) {
        at += read_register(index) << (mem.lshift & 31);
      }
      if (fault_address - at < 8) return it.offset;
    }
  }
  return std::nullopt;
}

int BlockModel::DivisorRegister(const uint8_t* code, uint32_t address, size_t size_bytes) const {
  Iterator it(handle_, code, address, size_bytes);
  if (!it.Next() || !it.known) return -1;
  if (it.insn->id != ARM_INS_UDIV && it.insn->id != ARM_INS_SDIV) return -1;
  const cs_arm& arm = it.insn->detail->arm;
  return CoreRegister(arm.operands[arm.op_count - 1].reg);
}

}  // namespace edgerack::vboard
