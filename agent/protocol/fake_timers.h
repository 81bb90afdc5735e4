// Time for tests: it jumps to the next timer whenever nothing else is left to do.
#ifndef AGENT_PROTOCOL_FAKE_TIMERS_H_
#define AGENT_PROTOCOL_FAKE_TIMERS_H_

#include <map>
#include <utility>

#include "agent/protocol/timers.h"

namespace edgerack::agent {

// For one thread, which also runs the io_context.
class FakeTimers : public Timers {
 public:
  Clock& clock() override { return clock_; }

  std::unique_ptr<TimerHandle> At(int64_t steady_ms, asio::any_io_executor executor,
                                  std::function<void()> fire) override {
    Key key{steady_ms, next_++};
    pending_->emplace(key, Pending{std::move(executor), std::move(fire)});
    return std::make_unique<Handle>(pending_, key);
  }

  // Runs `context` until `done()` holds, moving time from timer to timer. False when nothing is
  // left that could make it true, or `limit_ms` of fake time are over.
  template <typename Done>
  bool RunUntil(asio::io_context& context, Done done, int64_t limit_ms = 3'600'000) {
    const int64_t end_ms = clock_.SteadyMs() + limit_ms;
    while (true) {
      context.restart();
      while (!done() && context.poll_one() > 0) {
      }
      if (done()) return true;
      if (pending_->empty() || clock_.SteadyMs() >= end_ms) return false;
      auto first = pending_->begin();
      if (first->first.first > clock_.SteadyMs()) {
        clock_.AdvanceMs(first->first.first - clock_.SteadyMs());
      }
      Pending timer = std::move(first->second);
      pending_->erase(first);
      asio::post(timer.executor, std::move(timer.fire));
    }
  }

  // Lets `duration_ms` pass, with everything that happens in it.
  void RunFor(asio::io_context& context, int64_t duration_ms) {
    bool over = false;
    auto handle = At(clock_.SteadyMs() + duration_ms, context.get_executor(), [&] { over = true; });
    RunUntil(context, [&] { return over; });
  }

 private:
  using Key = std::pair<int64_t, uint64_t>;
  struct Pending {
    asio::any_io_executor executor;
    std::function<void()> fire;
  };
  using Queue = std::map<Key, Pending>;

  class Handle : public TimerHandle {
   public:
    Handle(std::weak_ptr<Queue> queue, Key key) : queue_(std::move(queue)), key_(key) {}
    ~Handle() override {
      if (auto queue = queue_.lock()) queue->erase(key_);
    }

   private:
    std::weak_ptr<Queue> queue_;
    Key key_;
  };

  FakeClock clock_;
  uint64_t next_ = 0;
  std::shared_ptr<Queue> pending_ = std::make_shared<Queue>();
};

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_FAKE_TIMERS_H_
