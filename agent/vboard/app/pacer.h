// Ties virtual time to the host's clock while the chip sleeps: an idle board runs at most at real
// speed, and a board that computed for long neither races to catch up nor waits for time that its
// data transfers took in advance.
#ifndef EDGERACK_AGENT_VBOARD_APP_PACER_H_
#define EDGERACK_AGENT_VBOARD_APP_PACER_H_

#include <algorithm>
#include <cstdint>

namespace edgerack::vboard {

class Pacer {
 public:
  // How long, in host nanoseconds, to wait before virtual time may move from `virtual_now` to
  // `virtual_due`.
  uint64_t WaitNs(uint64_t host_now, uint64_t virtual_now, uint64_t virtual_due) {
    if (!started_) {
      started_ = true;
      host_anchor_ = host_now;
      virtual_anchor_ = virtual_now;
    }
    const auto host = static_cast<int64_t>(host_now - host_anchor_);
    const auto simulated = static_cast<int64_t>(virtual_now - virtual_anchor_);
    const int64_t lag = std::clamp<int64_t>(host - simulated, 0, kMaxLagNs);
    host_anchor_ = host_now - static_cast<uint64_t>(lag);
    virtual_anchor_ = virtual_now;
    const auto wait = static_cast<int64_t>(virtual_due - virtual_now) - lag;
    return wait > 0 ? static_cast<uint64_t>(wait) : 0;
  }

 private:
  static constexpr int64_t kMaxLagNs = 2'000'000;  // oversleeping that is made up for
  bool started_ = false;
  uint64_t host_anchor_ = 0;
  uint64_t virtual_anchor_ = 0;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_APP_PACER_H_
