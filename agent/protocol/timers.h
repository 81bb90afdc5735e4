// Timers as an injected dependency, so that a test plays minutes of retries in no time.
#ifndef AGENT_PROTOCOL_TIMERS_H_
#define AGENT_PROTOCOL_TIMERS_H_

#include <functional>
#include <memory>

#include "agent/protocol/asio.h"
#include "base/clock.h"

namespace edgerack::agent {

// Cancels its timer when destroyed. A timer that is being delivered already may still arrive:
// receivers must tolerate a late call.
class TimerHandle {
 public:
  virtual ~TimerHandle() = default;
};

class Timers {
 public:
  virtual ~Timers() = default;
  virtual Clock& clock() = 0;
  // Calls `fire` once on `executor` when clock().SteadyMs() has reached `steady_ms`.
  virtual std::unique_ptr<TimerHandle> At(int64_t steady_ms, asio::any_io_executor executor,
                                          std::function<void()> fire) = 0;
};

// The machine's clock and Asio's timers.
Timers& SystemTimers();

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_TIMERS_H_
