// A fixed number of threads for work that blocks: compilations, reading artifacts.
#ifndef SERVER_CONTROL_WORKER_POOL_H_
#define SERVER_CONTROL_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace edgerack::control {

class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  // Waits for the tasks that run.
  ~WorkerPool();

  // Thread-safe. Dropped after Stop().
  void Post(std::function<void()> task);
  // Drops what has not begun and waits for the rest at most `wait_ms`; false when some still run.
  bool Stop(int64_t wait_ms);

 private:
  void Loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> tasks_;
  int running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_WORKER_POOL_H_
