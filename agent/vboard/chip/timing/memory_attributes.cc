#include "agent/vboard/chip/timing/memory_attributes.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kEnable = 1;

Caching DefaultCaching(uint32_t address) {
  switch (address >> 29) {
    case 0:
      return Caching::kWriteThrough;  // code
    case 1:
      return Caching::kWriteBackAllocate;  // SRAM
    case 3:
      return Caching::kWriteBackAllocate;  // external RAM
    case 4:
      return Caching::kWriteThrough;
    default:
      return Caching::kDevice;
  }
}

// C and B of the outer or inner policy when TEX is 1xx.
Caching PolicyCaching(uint32_t policy) {
  constexpr Caching kPolicies[] = {Caching::kNone, Caching::kWriteBackAllocate,
                                   Caching::kWriteThrough, Caching::kWriteBack};
  return kPolicies[policy & 3];
}

Caching AttributeCaching(uint32_t attributes) {
  const uint32_t tex = attributes >> 19 & 7, cb = attributes >> 16 & 3;
  if (tex >= 4) return PolicyCaching(cb);
  if (tex == 0) {
    constexpr Caching kPlain[] = {Caching::kDevice, Caching::kDevice, Caching::kWriteThrough,
                                  Caching::kWriteBack};
    return kPlain[cb];
  }
  if (tex == 1) return cb == 3 ? Caching::kWriteBackAllocate : Caching::kNone;
  return Caching::kDevice;
}

bool Covers(const MpuRegisters::Region& region, uint32_t address) {
  if ((region.attributes & kEnable) == 0) return false;
  const uint32_t size_log2 = (region.attributes >> 1 & 0x1F) + 1;
  if (size_log2 < 5) return false;
  const uint32_t mask = size_log2 >= 32 ? 0 : ~((1u << size_log2) - 1);
  if ((address & mask) != (region.base & mask)) return false;
  // Regions of 256 bytes and more have eight parts that can be disabled.
  if (size_log2 < 8) return true;
  const uint32_t part = address >> (size_log2 - 3) & 7;
  return (region.attributes >> (8 + part) & 1) == 0;
}

}  // namespace

Caching CachingOf(uint32_t address, const MpuRegisters& mpu) {
  if ((mpu.control & kEnable) != 0) {
    for (size_t i = mpu.regions.size(); i-- > 0;) {  // the highest number wins
      if (Covers(mpu.regions[i], address)) return AttributeCaching(mpu.regions[i].attributes);
    }
  }
  return DefaultCaching(address);
}

}  // namespace edgerack::vboard
