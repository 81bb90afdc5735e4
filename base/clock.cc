#include "base/clock.h"

#include <chrono>

namespace edgerack {
namespace {

class MachineClock : public Clock {
 public:
  int64_t WallMs() const override {
    return Ms(std::chrono::system_clock::now().time_since_epoch());
  }
  int64_t SteadyMs() const override {
    return Ms(std::chrono::steady_clock::now().time_since_epoch());
  }

 private:
  template <typename Duration>
  static int64_t Ms(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  }
};

}  // namespace

Clock& SystemClock() {
  static MachineClock clock;
  return clock;
}

}  // namespace edgerack
