// A block of 32-bit registers on the bus.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_DEVICE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_DEVICE_H_

#include <cstdint>

namespace edgerack::vboard {

class Device {
 public:
  virtual ~Device() = default;

  // `offset` is word aligned and within the block. Narrow reads take their bytes from the word.
  virtual uint32_t Read(uint32_t offset) = 0;
  // Only the bits in `mask` (whole bytes) are written.
  virtual void Write(uint32_t offset, uint32_t value, uint32_t mask) = 0;
  // To the state after a system reset.
  virtual void Reset() = 0;
};

// The register after a write of some of its bytes.
inline uint32_t Merge(uint32_t old_value, uint32_t value, uint32_t mask) {
  return (old_value & ~mask) | (value & mask);
}

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_DEVICE_H_
