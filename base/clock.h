// Time as an injected dependency. Production code holds a Clock&; tests move a FakeClock by hand.
#ifndef BASE_CLOCK_H_
#define BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

namespace edgerack {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the Unix epoch; may jump when the machine's clock is set. For records.
  virtual int64_t WallMs() const = 0;
  // Milliseconds since an arbitrary point; never jumps. For durations and deadlines.
  virtual int64_t SteadyMs() const = 0;
};

// The machine's clock. Thread-safe.
Clock& SystemClock();

// Stands still until moved. Thread-safe.
class FakeClock : public Clock {
 public:
  explicit FakeClock(int64_t start_ms = 1'000'000) : now_ms_(start_ms) {}
  int64_t WallMs() const override { return now_ms_; }
  int64_t SteadyMs() const override { return now_ms_; }
  void AdvanceMs(int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace edgerack

#endif  // BASE_CLOCK_H_
