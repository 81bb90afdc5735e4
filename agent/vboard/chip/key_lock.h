// A register block that two keys open: in the wrong order, or with another value, it stays locked
// until reset.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_KEY_LOCK_H_
#define EDGERACK_AGENT_VBOARD_CHIP_KEY_LOCK_H_

#include <spdlog/spdlog.h>

#include <cstdint>

namespace edgerack::vboard {

class KeyLock {
 public:
  KeyLock(const char* name, uint32_t first, uint32_t second) : name_(name), keys_{first, second} {}

  bool locked() const { return locked_; }
  void Lock() { locked_ = true; }
  void Reset() {
    locked_ = true;
    failed_ = false;
    taken_ = 0;
  }
  void Offer(uint32_t key) {
    if (failed_ || !locked_) return;
    if (key != keys_[taken_]) {
      failed_ = true;
      spdlog::warn("{}: wrong key 0x{:08x}: it stays locked until reset", name_, key);
      return;
    }
    taken_ = (taken_ + 1) % 2;
    if (taken_ == 0) locked_ = false;
  }

 private:
  const char* name_;
  uint32_t keys_[2];
  int taken_ = 0;
  bool failed_ = false;
  bool locked_ = true;
};

// Both families have the same keys.
inline constexpr uint32_t kFlashKey1 = 0x45670123, kFlashKey2 = 0xCDEF89AB;
inline constexpr uint32_t kOptionKey1 = 0x08192A3B, kOptionKey2 = 0x4C5D6E7F;

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_KEY_LOCK_H_
