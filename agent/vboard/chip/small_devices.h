// Register blocks with little behaviour: DBGMCU, SYSCFG and the other plain ones, CRC, the
// instruction counter.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_SMALL_DEVICES_H_
#define EDGERACK_AGENT_VBOARD_CHIP_SMALL_DEVICES_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "agent/vboard/chip/chip_facts.h"
#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/instruction_counter.h"

namespace edgerack::vboard {

// Reads back what was written.
class PlainRegisters : public Device {
 public:
  explicit PlainRegisters(uint32_t size_bytes) : registers_(size_bytes / 4, 0) {}
  uint32_t Read(uint32_t offset) override { return registers_[offset / 4]; }
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override {
    registers_[offset / 4] = Merge(registers_[offset / 4], value, mask);
  }
  void Reset() override { registers_.assign(registers_.size(), 0); }

 private:
  std::vector<uint32_t> registers_;
};

// DBGMCU: identification, and what a debugger keeps running or stops.
class DebugMcu : public Device {
 public:
  DebugMcu(const DebugMcuFact& fact, uint32_t idcode, std::function<void()> changed)
      : fact_(fact), idcode_(idcode), changed_(std::move(changed)), registers_(kBlockBytes / 4) {}
  uint32_t Read(uint32_t offset) override { return offset == 0 ? idcode_ : registers_[offset / 4]; }
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override {
    for (const uint32_t kept : fact_.kept_offsets) {
      if (kept == offset) registers_[offset / 4] = Merge(registers_[offset / 4], value, mask);
    }
    changed_();
  }
  void Reset() override {}  // cleared by power-on only
  bool clock_in_sleep() const { return (registers_[1] & 1) != 0; }
  bool freezes_watchdog() const {
    return (registers_[fact_.watchdog_freeze_offset / 4] >> fact_.watchdog_freeze_bit & 1) != 0;
  }

 private:
  const DebugMcuFact& fact_;
  uint32_t idcode_;
  std::function<void()> changed_;
  std::vector<uint32_t> registers_;
};

// The emulator's own register, see instruction_counter.h, at the end of its block.
class InstructionCounter : public Device {
 public:
  explicit InstructionCounter(std::function<uint32_t()> instructions)
      : instructions_(std::move(instructions)) {}
  uint32_t Read(uint32_t offset) override {
    return offset == kInstructionCounterAddress % kBlockBytes ? instructions_() : 0;
  }
  void Write(uint32_t, uint32_t, uint32_t) override {}
  void Reset() override {}

 private:
  std::function<uint32_t()> instructions_;
};

// The CRC unit with its default polynomial and 32-bit words.
class CrcUnit : public Device {
 public:
  uint32_t Read(uint32_t offset) override {
    switch (offset) {
      case 0x0:
        return crc_;
      case 0x4:
        return independent_;
      case 0x10:
        return 0xFFFFFFFF;
      case 0x14:
        return 0x04C11DB7;
      default:
        return 0;
    }
  }
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override {
    if (offset == 0x0) {
      crc_ ^= value & mask;
      for (int i = 0; i < 32; ++i)
        crc_ = (crc_ & 0x80000000) != 0 ? crc_ << 1 ^ 0x04C11DB7 : crc_ << 1;
    } else if (offset == 0x4) {
      independent_ = value & mask & 0xFF;
    } else if (offset == 0x8 && (value & mask & 1) != 0) {
      crc_ = 0xFFFFFFFF;
    }
  }
  void Reset() override { crc_ = 0xFFFFFFFF; }

 private:
  uint32_t crc_ = 0xFFFFFFFF;
  uint32_t independent_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_SMALL_DEVICES_H_
