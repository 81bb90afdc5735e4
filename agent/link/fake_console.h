// A Console whose other end is a FakeFirmware, with a line that can lose, repeat and corrupt.
#ifndef AGENT_LINK_FAKE_CONSOLE_H_
#define AGENT_LINK_FAKE_CONSOLE_H_

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "agent/link/fake_firmware.h"
#include "agent/protocol/console.h"
#include "agent/protocol/gate.h"

namespace edgerack::agent {

// Per message in either direction, in percent.
struct LineNoise {
  int lost = 0;
  int repeated = 0;
  int corrupted = 0;
  uint32_t seed = 1;
};

class FakeConsole : public Console {
 public:
  FakeConsole(asio::any_io_executor executor, Timers& timers, Interrupt* interrupt,
              FakeFirmware& firmware, LineNoise noise = {})
      : executor_(executor),
        timers_(timers),
        gate_(executor, timers, interrupt),
        firmware_(firmware),
        noise_(noise),
        random_(noise.seed) {}

  Task<absl::Status> Open(int64_t) override {
    ++openings;
    received_.clear();
    open_ = plugged_;
    co_return plugged_ ? absl::OkStatus() : Lost();
  }
  void Close() override { open_ = false; }
  bool is_open() const override { return open_; }

  Task<absl::Status> Write(std::string bytes, int64_t) override {
    if (!plugged_) co_return Lost();
    for (const std::string& piece : Disturbed(std::move(bytes))) {
      for (FakeFirmware::Output& output : firmware_.Receive(piece, timers_.clock().SteadyMs())) {
        for (std::string& sent : Disturbed(std::move(output.bytes))) {
          Deliver(output.delay_ms, std::move(sent));
        }
      }
    }
    co_return absl::OkStatus();
  }

  Task<absl::StatusOr<std::string>> Read(int64_t deadline_ms) override {
    while (received_.empty()) {
      if (!plugged_) co_return Lost();
      Wake wake = co_await gate_.WaitUntil(deadline_ms);
      if (wake == Wake::kInterrupted) {
        co_return InterruptedError();
      }
      if (wake == Wake::kDeadline) break;
    }
    co_return std::exchange(received_, "");
  }

  std::string name() const override { return "fake"; }

  void Unplug() {
    plugged_ = false;
    gate_.Notify();
  }
  void Plug() { plugged_ = true; }
  // Bytes out of nowhere, as a boot text or noise.
  void Inject(std::string bytes) { Deliver(0, std::move(bytes)); }

  int openings = 0;

 private:
  static absl::Status Lost() {
    return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "CONSOLE_LOST",
                     "the console fake vanished");
  }

  bool Chance(int percent) { return static_cast<int>(random_() % 100) < percent; }

  std::vector<std::string> Disturbed(std::string bytes) {
    if (Chance(noise_.lost)) return {};
    if (Chance(noise_.corrupted) && !bytes.empty()) {
      bytes[random_() % bytes.size()] ^= static_cast<char>(1 + random_() % 255);
    }
    if (Chance(noise_.repeated)) return {bytes, bytes};
    return {std::move(bytes)};
  }

  void Deliver(int64_t delay_ms, std::string bytes) {
    int64_t at_ms = timers_.clock().SteadyMs() + delay_ms;
    deliveries_.push_back(timers_.At(at_ms, executor_, [this, bytes = std::move(bytes)] {
      received_ += bytes;
      gate_.Notify();
    }));
  }

  asio::any_io_executor executor_;
  Timers& timers_;
  Gate gate_;
  FakeFirmware& firmware_;
  LineNoise noise_;
  std::mt19937 random_;
  bool open_ = false;
  bool plugged_ = true;
  std::string received_;
  std::vector<std::unique_ptr<TimerHandle>> deliveries_;
};

}  // namespace edgerack::agent

#endif  // AGENT_LINK_FAKE_CONSOLE_H_
