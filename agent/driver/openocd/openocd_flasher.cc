#include "agent/driver/openocd/openocd_flasher.h"

#include <spdlog/spdlog.h>

#include "agent/driver/openocd/child.h"
#include "agent/driver/openocd/explain.h"

namespace edgerack::agent {
namespace {

// More than any good run prints; a looping OpenOCD must not fill the memory.
constexpr size_t kMaxKeptLines = 2'000;

}  // namespace

OpenocdFlasher::OpenocdFlasher(OpenocdSetup setup, asio::any_io_executor executor, Timers& timers,
                               Interrupt* interrupt)
    : setup_(std::move(setup)),
      executor_(std::move(executor)),
      timers_(timers),
      interrupt_(interrupt) {}

Task<absl::Status> OpenocdFlasher::Write(FlashRequest request, int64_t deadline_ms) {
  ER_CO_ASSIGN_OR_RETURN(std::string openocd, FindProgram("openocd"));
  ER_CO_ASSIGN_OR_RETURN(
      std::vector<std::string> arguments,
      FlashCommand(openocd, setup_.config, setup_.probe, setup_.chip, setup_.place, request));
  co_return co_await Run(std::move(arguments), deadline_ms);
}

Task<absl::Status> OpenocdFlasher::Reset(int64_t deadline_ms) {
  ER_CO_ASSIGN_OR_RETURN(std::string openocd, FindProgram("openocd"));
  ER_CO_ASSIGN_OR_RETURN(std::vector<std::string> arguments,
                         ResetCommand(openocd, setup_.config, setup_.probe, setup_.place));
  co_return co_await Run(std::move(arguments), deadline_ms);
}

Task<absl::StatusOr<std::vector<uint32_t>>> OpenocdFlasher::SampleProgramCounter(
    int count, int64_t deadline_ms) {
  ER_CO_ASSIGN_OR_RETURN(std::string openocd, FindProgram("openocd"));
  ER_CO_ASSIGN_OR_RETURN(std::vector<std::string> arguments,
                         SampleCommand(openocd, setup_.config, setup_.probe, count));
  std::vector<uint32_t> counters;
  std::function<bool(const std::string&)> take = [&counters](const std::string& line) {
    const std::vector<uint32_t> found = ProgramCountersIn(line);
    counters.insert(counters.end(), found.begin(), found.end());
    return line.starts_with(kProgramCounterMark);
  };
  ER_CO_RETURN_IF_ERROR(co_await Run(std::move(arguments), deadline_ms, std::move(take)));
  if (counters.empty()) {
    co_return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "NO_PC_SAMPLES",
                        "the debug port gave no samples of the program counter: the core has no "
                        "DWT_PCSR, or it slept all the time; leave out option functions");
  }
  co_return counters;
}

Task<absl::Status> OpenocdFlasher::Run(std::vector<std::string> arguments, int64_t deadline_ms,
                                       std::function<bool(const std::string&)> take_line) {
  const int64_t started_ms = timers_.clock().SteadyMs();
  OpenocdOutcome outcome;
  outcome.deadline_ms = deadline_ms - started_ms;
  spdlog::info("board {}: openocd runs: {}", setup_.board_id, Readable(arguments));
  // OpenOCD prints its version line itself, first of all.
  std::function<void(const std::string&)> on_line = [this, &outcome,
                                                     &take_line](const std::string& line) {
    if (take_line && take_line(line)) return;
    spdlog::info("board {}: openocd: {}", setup_.board_id, line);
    if (outcome.lines.size() < kMaxKeptLines) outcome.lines.push_back(line);
  };
  auto exit = co_await RunChildAsync(std::move(arguments), deadline_ms, executor_, timers_,
                                     interrupt_, std::move(on_line));
  ER_CO_RETURN_IF_ERROR(exit.status());
  outcome.exit_code = exit->exit_code;
  outcome.signal = exit->signal;
  outcome.timed_out = exit->timed_out;
  spdlog::info("board {}: openocd ended after {} ms with status {}", setup_.board_id,
               timers_.clock().SteadyMs() - started_ms, outcome.exit_code);
  co_return ExplainOpenocd(outcome);
}

}  // namespace edgerack::agent
