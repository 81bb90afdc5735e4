#include "agent/vboard/chip/gpio.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kModer = 0, kSpeed = 2, kPull = 3, kIdr = 4, kOdr = 5, kBsrr = 6, kLckr = 7,
                   kAfrl = 8, kAfrh = 9;

}  // namespace

void Gpio::Reset() {
  registers_.fill(0);
  registers_[kModer] = modes_;
  // The debug pins come up as such.
  if (port_ == 'A') {
    registers_[kSpeed] = 0x0C000000;
    registers_[kPull] = 0x64000000;
  } else if (port_ == 'B') {
    registers_[kSpeed] = 0x000000C0;
    registers_[kPull] = 0x00000100;
  }
}

bool Gpio::IsAlternate(uint8_t pin, uint8_t function) const {
  if ((registers_[kModer] >> (2 * pin) & 3) != 2) return false;
  return (registers_[pin < 8 ? kAfrl : kAfrh] >> (4 * (pin % 8)) & 0xF) == function;
}

uint32_t Gpio::Inputs() const {
  uint32_t value = 0;
  for (int pin = 0; pin < 16; ++pin) {
    const uint32_t mode = registers_[kModer] >> (2 * pin) & 3;
    const bool high =
        mode == 1 ? (registers_[kOdr] >> pin & 1) != 0 : (registers_[kPull] >> (2 * pin) & 3) == 1;
    if (high) value |= 1u << pin;
  }
  return value;
}

uint32_t Gpio::Read(uint32_t offset) {
  const uint32_t index = offset / 4;
  if (index >= registers_.size() || index == kBsrr) return 0;
  return index == kIdr ? Inputs() : registers_[index];
}

void Gpio::Write(uint32_t offset, uint32_t value, uint32_t mask) {
  const uint32_t index = offset / 4;
  if (index >= registers_.size() || index == kIdr || index == kLckr) return;
  if (index == kBsrr) {
    const uint32_t set = value & mask;
    registers_[kOdr] = (registers_[kOdr] & ~(set >> 16)) | (set & 0xFFFF);
    return;
  }
  registers_[index] = Merge(registers_[index], value, mask);
  if (index == kOdr) registers_[kOdr] &= 0xFFFF;
}

}  // namespace edgerack::vboard
