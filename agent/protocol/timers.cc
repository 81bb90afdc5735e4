#include "agent/protocol/timers.h"

#include <algorithm>

namespace edgerack::agent {
namespace {

class AsioTimer : public TimerHandle {
 public:
  explicit AsioTimer(asio::any_io_executor executor) : timer(std::move(executor)) {}
  asio::steady_timer timer;
};

class AsioTimers : public Timers {
 public:
  Clock& clock() override { return SystemClock(); }

  std::unique_ptr<TimerHandle> At(int64_t steady_ms, asio::any_io_executor executor,
                                  std::function<void()> fire) override {
    auto handle = std::make_unique<AsioTimer>(std::move(executor));
    int64_t wait_ms = std::max<int64_t>(0, steady_ms - clock().SteadyMs());
    handle->timer.expires_after(std::chrono::milliseconds(wait_ms));
    handle->timer.async_wait([fire = std::move(fire)](error_code error) {
      if (!error) fire();
    });
    return handle;
  }
};

}  // namespace

Timers& SystemTimers() {
  static AsioTimers timers;
  return timers;
}

}  // namespace edgerack::agent
