#include "base/ids.h"

#include <cstdint>
#include <mutex>
#include <random>

#include "base/clock.h"

namespace edgerack {
namespace {

class TimeOrderedIds : public IdSource {
 public:
  std::string NewId() override {
    std::lock_guard lock(mutex_);
    // 45 bits of milliseconds (until the year 3084), then 35 random bits: 16 characters of 5 bits.
    uint64_t ms = static_cast<uint64_t>(SystemClock().WallMs());
    std::string id;
    for (int shift = 40; shift >= 0; shift -= 5) id += Digit(ms >> shift);
    for (int i = 0; i < 7; ++i) id += Digit(random_());
    return id;
  }

 private:
  static char Digit(uint64_t bits) { return "0123456789abcdefghijklmnopqrstuv"[bits & 31]; }

  std::mutex mutex_;
  std::random_device random_;
};

}  // namespace

IdSource& SystemIds() {
  static TimeOrderedIds ids;
  return ids;
}

}  // namespace edgerack
