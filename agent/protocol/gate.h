// The one thing a board's coroutine ever waits on: an event, a deadline, or being interrupted.
#ifndef AGENT_PROTOCOL_GATE_H_
#define AGENT_PROTOCOL_GATE_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "agent/protocol/timers.h"

namespace edgerack::agent {

class Gate;

// Makes whatever its board is waiting for give up. Stays raised until cleared. Strand only.
class Interrupt {
 public:
  void Raise();
  void Clear() { raised_ = false; }
  bool raised() const { return raised_; }

 private:
  friend class Gate;
  bool raised_ = false;
  Gate* waiting_ = nullptr;
};

// CANCELLED with code CANCELLED: what an interrupted operation returns.
absl::Status InterruptedError();

enum class Wake { kNotified, kDeadline, kInterrupted };

// One waiter at a time. Everything is called on `executor`, which is a strand.
class Gate {
 public:
  // `timers` and `interrupt` outlive the gate; `interrupt` may be null.
  Gate(asio::any_io_executor executor, Timers& timers, Interrupt* interrupt);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Waits for Notify() until the clock reads `deadline_ms`. A notification that came before the
  // wait ends it at once.
  Task<Wake> WaitUntil(int64_t deadline_ms);
  void Notify();

 private:
  friend class Interrupt;
  void Resume(Wake why);

  asio::any_io_executor executor_;
  Timers& timers_;
  Interrupt* interrupt_;
  bool notified_ = false;
  std::function<void(Wake)> waiter_;
  std::unique_ptr<TimerHandle> timer_;
  // Lets a timer that is late see that its wait is over, or that the gate is gone.
  std::shared_ptr<uint64_t> wait_number_ = std::make_shared<uint64_t>(0);
};

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_GATE_H_
