// A debug port for tests: does what its hooks say, after a while of fake time.
#ifndef AGENT_PROTOCOL_FAKE_FLASHER_H_
#define AGENT_PROTOCOL_FAKE_FLASHER_H_

#include <functional>
#include <vector>

#include "agent/protocol/flasher.h"
#include "agent/protocol/gate.h"

namespace edgerack::agent {

class FakeFlasher : public Flasher {
 public:
  FakeFlasher(asio::any_io_executor executor, Timers& timers, Interrupt* interrupt)
      : timers_(timers), gate_(executor, timers, interrupt) {}

  Task<absl::Status> Write(FlashRequest request, int64_t deadline_ms) override {
    writes.push_back(request);
    // Named, because GCC 12 destroys a capturing temporary of a co_await expression twice.
    std::function<absl::Status()> then = [this, request] { return on_write(request); };
    co_return co_await Work(write_ms, deadline_ms, std::move(then));
  }
  Task<absl::Status> Reset(int64_t deadline_ms) override {
    ++resets;
    co_return co_await Work(100, deadline_ms, on_reset);
  }

  Task<absl::StatusOr<std::vector<uint32_t>>> SampleProgramCounter(int count,
                                                                   int64_t deadline_ms) override {
    std::function<absl::Status()> then = [] { return absl::OkStatus(); };
    ER_CO_RETURN_IF_ERROR(co_await Work(count, deadline_ms, std::move(then)));
    co_return std::vector<uint32_t>(static_cast<size_t>(count), program_counter);
  }

  uint32_t program_counter = 0;
  int64_t write_ms = 3'000;
  std::function<absl::Status(const FlashRequest&)> on_write = [](const FlashRequest&) {
    return absl::OkStatus();
  };
  std::function<absl::Status()> on_reset = [] { return absl::OkStatus(); };
  std::vector<FlashRequest> writes;
  int resets = 0;

 private:
  Task<absl::Status> Work(int64_t ms, int64_t deadline_ms, std::function<absl::Status()> then) {
    int64_t done_ms = timers_.clock().SteadyMs() + ms;
    Wake wake = co_await gate_.WaitUntil(std::min(done_ms, deadline_ms));
    if (wake == Wake::kInterrupted) co_return InterruptedError();
    if (done_ms > deadline_ms) {
      co_return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kInfrastructure,
                          "PROBE_TIMEOUT", "the debug port took too long");
    }
    co_return then();
  }

  Timers& timers_;
  Gate gate_;
};

}  // namespace edgerack::agent

#endif  // AGENT_PROTOCOL_FAKE_FLASHER_H_
