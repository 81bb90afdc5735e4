// Sends messages in the background: a thread of its own, each message again with growing pauses
// until it is taken, refused, or kAttempts are over. Nothing of the farm waits for it.
#ifndef SERVER_NOTIFY_NOTIFIER_H_
#define SERVER_NOTIFY_NOTIFIER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "server/notify/sender.h"

namespace edgerack::notify {

// Pauses are kFirstPauseMs × 4^n: 5 s, 20 s, 80 s, …, about two hours in all.
inline constexpr int64_t kFirstPauseMs = 5'000;
inline constexpr int kAttempts = 7;

class Notifier {
 public:
  // The clock outlives it.
  Notifier(Settings settings, std::unique_ptr<Sender> sender, Clock& clock,
           int64_t first_pause_ms = kFirstPauseMs);
  // Ends after the message that is being sent; what waits is left.
  ~Notifier();

  // Thread-safe, does not wait. `done` is called once nothing is left to be sent, on the notifier's
  // thread or the caller's; not when the notifier ends before.
  void Tell(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous,
            std::function<void()> done);

 private:
  struct Delivery {
    std::function<absl::Status()> send;
    std::function<void()> settled;  // sent, refused or given up
    int attempt = 0;
    int64_t due_ms = 0;  // on the steady clock
  };

  void Loop();
  void Add(std::function<absl::Status()> send, std::function<void()> settled);
  // Of those that are due; waits for one. Empty when it ends.
  std::optional<Delivery> Next();

  const Settings settings_;
  const std::unique_ptr<Sender> sender_;
  Clock& clock_;
  const int64_t first_pause_ms_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Delivery> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace edgerack::notify

#endif  // SERVER_NOTIFY_NOTIFIER_H_
