#include "server/control/sequence.h"

#include <chrono>
#include <utility>

namespace edgerack::control {

Sequence::Sequence(int64_t tick_ms, std::function<void()> tick)
    : tick_ms_(tick_ms), tick_(std::move(tick)), thread_([this] { Loop(); }) {}

Sequence::~Sequence() { Stop(); }

void Sequence::Post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Sequence::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Sequence::Loop() {
  using SteadyClock = std::chrono::steady_clock;
  auto next_tick = SteadyClock::now() + std::chrono::milliseconds(tick_ms_);
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_until(lock, next_tick, [this] { return stopping_ || !tasks_.empty(); });
    if (!tasks_.empty()) {
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // what it holds dies outside of the lock
      lock.lock();
    } else if (stopping_) {
      return;
    }
    if (SteadyClock::now() >= next_tick && !stopping_) {
      lock.unlock();
      tick_();
      lock.lock();
      next_tick = SteadyClock::now() + std::chrono::milliseconds(tick_ms_);
    }
  }
}

}  // namespace edgerack::control
