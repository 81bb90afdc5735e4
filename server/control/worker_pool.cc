#include "server/control/worker_pool.h"

#include <chrono>
#include <utility>

namespace edgerack::control {

WorkerPool::WorkerPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

WorkerPool::~WorkerPool() {
  Stop(0);
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

bool WorkerPool::Stop(int64_t wait_ms) {
  std::deque<std::function<void()>> dropped;
  std::unique_lock lock(mutex_);
  stopping_ = true;
  dropped.swap(tasks_);
  wake_.notify_all();
  return idle_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return running_ == 0; });
}

void WorkerPool::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    --running_;
    idle_.notify_all();
  }
}

}  // namespace edgerack::control
