// Measurement noise on demand: extra cycles drawn from a seeded generator, so that a run can be
// repeated exactly.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_

#include <cstdint>
#include <limits>

namespace edgerack::vboard {

class Noise {
 public:
  Noise(uint32_t percent, uint64_t seed) : percent_(percent), state_(seed * 2 + 1) {
    if (percent_ != 0) next_cycle_ = kWindow;
  }

  // When Extra() wants to be asked again.
  uint64_t next_cycle() const { return next_cycle_; }

  // The cycles lost since it was asked last: up to `percent` of them, at a level that changes every
  // few milliseconds.
  uint64_t Extra(uint64_t cycle) {
    if (cycle < next_cycle_) return 0;
    if (cycle >= next_level_cycle_) {
      level_per_mille_ = Next() % (percent_ * 10 + 1);
      next_level_cycle_ = cycle + kLevel;
    }
    next_cycle_ = cycle + kWindow;
    return kWindow * level_per_mille_ / 1000;
  }

 private:
  static constexpr uint64_t kWindow = 10'000;
  static constexpr uint64_t kLevel = 700'000;

  uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ >> 11;
  }

  uint32_t percent_;
  uint64_t state_;
  uint64_t next_cycle_ = std::numeric_limits<uint64_t>::max();
  uint64_t next_level_cycle_ = 0;
  uint64_t level_per_mille_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_
