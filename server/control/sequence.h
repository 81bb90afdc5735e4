// One thread that runs tasks in the order they were posted: whoever runs there owns the farm's
// state without locks. Tasks must not block.
#ifndef SERVER_CONTROL_SEQUENCE_H_
#define SERVER_CONTROL_SEQUENCE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace edgerack::control {

class Sequence {
 public:
  // `tick` runs about every `tick_ms` between tasks.
  Sequence(int64_t tick_ms, std::function<void()> tick);
  ~Sequence();

  // Thread-safe. Dropped after Stop().
  void Post(std::function<void()> task);
  // Runs what was posted before, then ends the thread. Not from a task.
  void Stop();

 private:
  void Loop();

  const int64_t tick_ms_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SEQUENCE_H_
