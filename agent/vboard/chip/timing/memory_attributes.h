// How the core treats an address: the default map of Armv7-M (B3.1) or the MPU's regions (B3.5).
#ifndef EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_ATTRIBUTES_H_
#define EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_ATTRIBUTES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace edgerack::vboard {

enum class Caching { kDevice, kNone, kWriteThrough, kWriteBack, kWriteBackAllocate };

// The MPU's registers. Address and attributes as in MPU_RBAR and MPU_RASR.
struct MpuRegisters {
  struct Region {
    uint32_t base = 0;
    uint32_t attributes = 0;
  };
  uint32_t control = 0;
  std::array<Region, 16> regions{};
};

// Privileged accesses; permissions are not looked at.
Caching CachingOf(uint32_t address, const MpuRegisters& mpu);

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_TIMING_MEMORY_ATTRIBUTES_H_
