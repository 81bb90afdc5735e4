// The run-to-run noise of a real board on demand: time that the core loses now and then, drawn from
// a seeded generator, so that a run can be repeated exactly.
//
// What is lost is a share of the time, the sum of three levels that change at random moments:
//   a slow one   (about every 30 million cycles, longer than a run of a small model),
//   a middle one (about every 500 thousand: from inference to inference),
//   a quick one  (about every 10 thousand: from layer to layer).
// The share's standard deviation is `percent`, of which a third stays through a run and so is in
// its median. Waiting can only cost time: the mean is kMean standard deviations and the share is
// never negative, so a noisy board is about kMean × percent slower than a quiet one.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_
#define EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_

#include <algorithm>
#include <cstdint>
#include <limits>

namespace edgerack::vboard {

class Noise {
 public:
  // `percent` up to 100; 0 is none.
  Noise(double percent, uint64_t seed) : share_(percent / 100), state_(seed * 2 + 1) {
    if (share_ <= 0) return;
    for (int i = 0; i < kSettle; ++i) Next();  // neighbouring seeds begin alike
    next_cycle_ = kWindow;
  }

  // When Extra() wants to be asked again.
  uint64_t next_cycle() const { return next_cycle_; }

  // The cycles lost since it was asked last.
  uint64_t Extra(uint64_t cycle) {
    if (cycle < next_cycle_) return 0;
    Draw(slow_, cycle);
    Draw(middle_, cycle);
    Draw(quick_, cycle);
    const double level =
        kMean + kSlowPart * slow_.level + kMiddlePart * middle_.level + kQuickPart * quick_.level;
    next_cycle_ = cycle + kWindow;
    owed_ += static_cast<double>(kWindow) * share_ * std::max(0.0, level);
    const auto extra = static_cast<uint64_t>(owed_);
    owed_ -= static_cast<double>(extra);
    return extra;
  }

 private:
  // Short beside a small layer, so that it pays its share and not all or nothing.
  static constexpr uint64_t kWindow = 500;
  static constexpr int kSettle = 8;
  static constexpr double kMean = 2.5;
  // Their squares add up to 1.
  static constexpr double kSlowPart = 1.0 / 3, kMiddlePart = 2.0 / 3, kQuickPart = 2.0 / 3;

  struct Level {
    uint64_t usual_cycles;
    uint64_t next_cycle = 0;
    double level = 0;
  };

  void Draw(Level& level, uint64_t cycle) {
    if (cycle < level.next_cycle) return;
    level.level = Gaussian();
    // Half to one and a half times as long, so that nothing keeps step with it.
    level.next_cycle = cycle + level.usual_cycles / 2 + Next() % level.usual_cycles;
  }

  // Of mean 0 and standard deviation 1: twelve uniform numbers added.
  double Gaussian() {
    constexpr double kRange = 9007199254740992.0;  // 2^53, what Next() is below
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(Next()) / kRange;
    return sum;
  }

  uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ >> 11;
  }

  const double share_;
  uint64_t state_;
  uint64_t next_cycle_ = std::numeric_limits<uint64_t>::max();
  double owed_ = 0;  // less than a cycle
  Level slow_{30'000'000};
  Level middle_{500'000};
  Level quick_{10'000};
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_NOISE_H_
