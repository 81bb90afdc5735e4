// Register blocks with little behaviour: DBGMCU, SYSCFG and the other plain ones, CRC, the
// instruction counter.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_SMALL_DEVICES_H_
#define EDGERACK_AGENT_VBOARD_CHIP_SMALL_DEVICES_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

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

// 0xE0042000, with the emulator's own instruction counter at the end of its 4 KiB.
class DebugMcu : public Device {
 public:
  DebugMcu(uint32_t idcode, std::function<uint32_t()> instructions, std::function<void()> changed)
      : idcode_(idcode), instructions_(std::move(instructions)), changed_(std::move(changed)) {}
  uint32_t Read(uint32_t offset) override {
    switch (offset) {
      case 0x0:
        return idcode_;
      case 0x4:
        return control_;
      case 0x8:
        return apb1_freeze_;
      case 0xC:
        return apb2_freeze_;
      case kInstructionCounterAddress & 0xFFF:
        return instructions_();
      default:
        return 0;
    }
  }
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override {
    if (offset == 0x4) control_ = Merge(control_, value, mask);
    if (offset == 0x8) apb1_freeze_ = Merge(apb1_freeze_, value, mask);
    if (offset == 0xC) apb2_freeze_ = Merge(apb2_freeze_, value, mask);
    changed_();
  }
  void Reset() override {}  // cleared by power-on only
  bool clock_in_sleep() const { return (control_ & 1) != 0; }
  bool freezes_watchdog() const { return (apb1_freeze_ & (1u << 12)) != 0; }

 private:
  uint32_t idcode_;
  std::function<uint32_t()> instructions_;
  std::function<void()> changed_;
  uint32_t control_ = 0, apb1_freeze_ = 0, apb2_freeze_ = 0;
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
