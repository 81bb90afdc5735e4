#include "agent/board/session.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace edgerack::agent {
namespace {

// A board that boots is asked again soon.
constexpr int kBootTries = 2;
constexpr int64_t kReopenPauseMs = 200;

bool IsConsoleError(const absl::Status& status) {
  const std::string code = ErrorCodeOf(status);
  return code == "CONSOLE_LOST" || code == "CONSOLE_NOT_FOUND" || code == "CONSOLE_STUCK";
}

}  // namespace

BoardSession::BoardSession(BoardSpec spec, BoardPorts ports, asio::any_io_executor executor,
                           Timers& timers, Interrupt* interrupt, uint16_t first_sequence)
    : spec_(std::move(spec)),
      ports_(std::move(ports)),
      executor_(std::move(executor)),
      timers_(timers),
      interrupt_(interrupt),
      link_(*ports_.console, timers.clock(), first_sequence) {}

Task<absl::Status> BoardSession::OpenConsole(bool again, int64_t deadline_ms) {
  if (ports_.console->is_open() && !again) co_return absl::OkStatus();
  link_.Restart();
  co_return co_await ports_.console->Open(deadline_ms);
}

Task<absl::StatusOr<Identity>> BoardSession::Hello(int64_t deadline_ms, int tries) {
  CallLimits limits{.deadline_ms = deadline_ms, .tries = tries};
  auto identity = co_await link_.Hello(limits);
  if (!identity.ok() && IsConsoleError(identity.status())) ports_.console->Close();
  co_return identity;
}

Task<absl::StatusOr<Identity>> BoardSession::HelloAfterReset(int64_t deadline_ms) {
  while (true) {
    absl::Status opened = co_await OpenConsole(false, deadline_ms);
    absl::Status failed = opened;
    if (opened.ok()) {
      auto identity = co_await Hello(deadline_ms, kBootTries);
      if (identity.ok()) co_return identity;
      failed = identity.status();
    }
    const bool worth_another = IsConsoleError(failed) || ErrorCodeOf(failed) == "BOARD_SILENT";
    if (!worth_another || clock().SteadyMs() + kReopenPauseMs >= deadline_ms) co_return failed;
    ER_CO_RETURN_IF_ERROR(co_await Sleep(kReopenPauseMs));
  }
}

absl::Status BoardSession::CheckProbe() const {
  if (has_probe()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kInfrastructure,
                   "PROBE_MISSING",
                   "board " + spec_.id.value() +
                       " has no debug port in the agent's configuration, so it can be neither "
                       "flashed nor reset from here; add `probe` to its [[board]]");
}

Task<absl::Status> BoardSession::Flash(FlashRequest request, int64_t deadline_ms) {
  ER_CO_RETURN_IF_ERROR(CheckProbe());
  absl::Status status = co_await ports_.flasher->Write(std::move(request), deadline_ms);
  link_.Restart();
  co_return status;
}

Task<absl::StatusOr<std::vector<uint32_t>>> BoardSession::SampleProgramCounter(
    int count, int64_t deadline_ms) {
  ER_CO_RETURN_IF_ERROR(CheckProbe());
  co_return co_await ports_.flasher->SampleProgramCounter(count, deadline_ms);
}

Task<absl::Status> BoardSession::ResetByProbe(int64_t deadline_ms) {
  ER_CO_RETURN_IF_ERROR(CheckProbe());
  absl::Status status = co_await ports_.flasher->Reset(deadline_ms);
  link_.Restart();
  co_return status;
}

Task<absl::Status> BoardSession::Sleep(int64_t ms) {
  Gate gate(executor_, timers_, interrupt_);
  Wake wake = co_await gate.WaitUntil(clock().SteadyMs() + ms);
  co_return wake == Wake::kInterrupted ? InterruptedError() : absl::OkStatus();
}

}  // namespace edgerack::agent
