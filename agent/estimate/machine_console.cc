#include "agent/estimate/machine_console.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace edgerack::estimate {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

}  // namespace

agent::Task<absl::Status> MachineConsole::Open(int64_t) {
  if (open_) co_return absl::OkStatus();
  const absl::Status started = machine_->PowerOn(this);
  if (!started.ok()) {
    co_return MakeError(started.code(), ErrorClass::kInfrastructure, "EMULATOR_FAILED",
                        "the emulation does not start: " + std::string(started.message()));
  }
  open_ = true;
  co_return absl::OkStatus();
}

agent::Task<absl::Status> MachineConsole::Write(std::string bytes, int64_t) {
  sending_.erase(0, std::exchange(sent_, 0));
  sending_ += bytes;
  co_return absl::OkStatus();
}

agent::Task<absl::StatusOr<std::string>> MachineConsole::Read(int64_t deadline_ms) {
  while (received_.empty()) {
    const int64_t left_ms = deadline_ms - clock_.SteadyMs();
    if (left_ms <= 0) break;
    Advance(left_ms);
  }
  co_return std::exchange(received_, {});
}

bool MachineConsole::NextByte(uint8_t* byte) {
  if (sent_ == sending_.size()) return false;
  *byte = static_cast<uint8_t>(sending_[sent_++]);
  return true;
}

void MachineConsole::Advance(int64_t longest_ms) {
  machine_->PokeUart();
  int64_t wait_ns = machine_->Advance();
  std::vector<pollfd> fds = machine_->Descriptors();
  if (wait_ns < 0) wait_ns = longest_ms * kNsPerMs;
  wait_ns = std::min(wait_ns, longest_ms * kNsPerMs);
  // Nothing is waited for when there is something to read. But the wait has to end all the same:
  // time that passes later would carry the first characters of the next request past a sleeping
  // core.
  if (!received_.empty()) wait_ns = 0;
  const timespec timeout{static_cast<time_t>(wait_ns / (1'000 * kNsPerMs)),
                         static_cast<long>(wait_ns % (1'000 * kNsPerMs))};
  if (wait_ns > 0 || !fds.empty()) ppoll(fds.data(), fds.size(), &timeout, nullptr);
  machine_->OnWake(fds.data());
}

}  // namespace edgerack::estimate
