#include "agent/board/board_actor.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/board/post_mortem.h"
#include "agent/board/run_execution.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kIdleProbeEveryMs = 5'000;
constexpr int64_t kIdleProbeMs = 5'000;
constexpr int64_t kRetryMs = 2'000;
constexpr int64_t kMaxRetryMs = 30'000;
// Attempts every 2 s before a board that once was good counts as offline.
constexpr int kQuickAttempts = 5;

}  // namespace

BoardActor::BoardActor(BoardSpec spec, const MakePorts& make_ports, asio::any_io_executor strand,
                       Timers& timers, ArtifactSource& artifacts, uint16_t first_sequence,
                       Changed changed)
    : strand_(strand),
      timers_(timers),
      artifacts_(artifacts),
      changed_(std::move(changed)),
      session_(std::move(spec), make_ports(strand, timers, &interrupt_), strand, timers,
               &interrupt_, first_sequence),
      wake_(strand, timers, &interrupt_) {
  state_.id = session_.spec().id;
  state_.reason = "first check after the agent's start";
}

void BoardActor::Start() {
  asio::post(strand_, [self = shared_from_this()] {
    self->alive_ = true;
    self->Report();
    asio::co_spawn(self->strand_, self->Live(), [self](std::exception_ptr error) {
      if (error) {
        // Only a bug of ours throws in there; the board is lost until a restart, and says so.
        self->SetStatus(BoardStatus::kOffline, "internal error in the agent; restart it");
      }
      self->alive_ = false;
      if (self->stopped_) self->stopped_();
    });
  });
}

void BoardActor::Assign(Assignment assignment) {
  asio::post(strand_, [self = shared_from_this(), assignment = std::move(assignment)] {
    if (self->state_.run && self->state_.run->key == assignment.key) return;
    if (self->running_ == assignment.key) return;
    if (self->waiting_ && self->waiting_->key == assignment.key) return;
    self->waiting_ = assignment;
    self->waiting_since_ms_ = self->timers_.clock().SteadyMs();
    self->wake_.Notify();
  });
}

void BoardActor::Cancel(RunKey key) {
  asio::post(strand_, [self = shared_from_this(), key] {
    if (self->waiting_ && self->waiting_->key == key) self->waiting_.reset();
    if (self->running_ != key || self->cancelled_) return;
    spdlog::info("board {}: run {} is cancelled", self->state_.id.value(), key.run_id.value());
    self->cancelled_ = true;
    self->interrupt_.Raise();
  });
}

void BoardActor::Forget(RunKey key) {
  asio::post(strand_, [self = shared_from_this(), key] {
    std::optional<RunState>& run = self->state_.run;
    if (!run || run->key != key || !run->finished) return;
    run.reset();
    self->Report();
  });
}

void BoardActor::Stop(std::function<void()> stopped) {
  asio::post(strand_, [self = shared_from_this(), stopped = std::move(stopped)] {
    self->stopping_ = true;
    if (!self->alive_) return stopped();
    self->stopped_ = stopped;
    self->interrupt_.Raise();
  });
}

Task<void> BoardActor::Live() {
  co_await BringBack(RecoveryCause::kStart);
  while (!stopping_) {
    if (waiting_) {
      co_await ExecuteRun();
      continue;
    }
    Wake wake = co_await wake_.WaitUntil(timers_.clock().SteadyMs() + kIdleProbeEveryMs);
    if (wake == Wake::kDeadline && !co_await ProbeIdle()) {
      co_await BringBack(RecoveryCause::kFailure);
    }
    // An interrupt that came too late for its run.
    if (wake == Wake::kInterrupted && !stopping_) interrupt_.Clear();
  }
  session_.CloseConsole();
}

Task<void> BoardActor::BringBack(RecoveryCause cause) {
  int64_t pause_ms = kRetryMs;
  int attempts = 0;
  while (!stopping_) {
    interrupt_.Clear();  // a cancelled run must not keep its board from coming back
    auto identity = co_await Recover(session_, cause);
    if (stopping_) co_return;
    if (identity.ok()) {
      Remember(*identity);
      SetStatus(BoardStatus::kIdle, "");
      co_return;
    }
    const std::string why =
        ErrorCodeOf(identity.status()) + ": " + ErrorMessageOf(identity.status());
    ++attempts;
    // At the start nothing is known of the board: it is offline until it has answered once.
    const bool offline = cause == RecoveryCause::kStart || attempts >= kQuickAttempts;
    if (offline) pause_ms = attempts == 1 ? kRetryMs : std::min(pause_ms * 2, kMaxRetryMs);
    SetStatus(offline ? BoardStatus::kOffline : BoardStatus::kRecovering, why);
    FailWaitingRunIfLate(why);
    (void)co_await session_.Sleep(pause_ms);
  }
}

Task<bool> BoardActor::ProbeIdle() {
  auto identity = co_await session_.Hello(timers_.clock().SteadyMs() + kIdleProbeMs);
  if (stopping_) co_return true;
  if (!identity.ok()) {
    SetStatus(BoardStatus::kRecovering,
              ErrorCodeOf(identity.status()) + ": " + ErrorMessageOf(identity.status()));
    co_return false;
  }
  if (boot_count_ && identity->hello.boot_count != *boot_count_) {
    spdlog::warn("board {}: it started again while idle (boot {} to {}, reset cause {})",
                 state_.id.value(), *boot_count_, identity->hello.boot_count,
                 identity->hello.reset_cause);
  }
  Remember(*identity);
  co_return true;
}

Task<void> BoardActor::ExecuteRun() {
  Assignment assignment = std::move(*waiting_);
  waiting_.reset();
  running_ = assignment.key;
  cancelled_ = false;
  state_.run.emplace().key = assignment.key;
  SetStatus(BoardStatus::kBusy, "run " + assignment.key.run_id.value());

  RunExecution execution(session_, assignment, artifacts_, *state_.run, [this] { Report(); });
  absl::Status status = co_await execution.Execute();
  if (!cancelled_ && NeedsPostMortem(status)) {
    RunContext context;
    if (execution.identity()) context.boot_count = execution.identity()->hello.boot_count;
    context.package = execution.package();
    status = co_await PostMortem(session_, status, std::move(context));
  }
  LogLink(execution.link_use());
  if (execution.identity()) Remember(*execution.identity());
  running_.reset();
  if (stopping_) co_return;
  interrupt_.Clear();
  const RecoveryCause cause =
      execution.left_foreign_image() ? RecoveryCause::kForeign : RecoveryCause::kFailure;
  session_.SetBaud(0);
  if (cancelled_) {
    state_.run.reset();
    SetStatus(BoardStatus::kRecovering, "checking the board after a cancelled run");
    co_await BringBack(cause);
    co_return;
  }
  if (status.ok()) {
    FinishRun(absl::OkStatus(), execution.measurement());
    if (cause == RecoveryCause::kForeign) {
      SetStatus(BoardStatus::kRecovering, "writing the resident firmware after the image of run " +
                                              assignment.key.run_id.value());
      co_await BringBack(cause);
    } else {
      SetStatus(BoardStatus::kIdle, "");
    }
    co_return;
  }
  FinishRun(status, nullptr);
  SetStatus(BoardStatus::kRecovering, "checking the board after " + ErrorCodeOf(status) +
                                          " in run " + assignment.key.run_id.value());
  co_await BringBack(cause);
}

void BoardActor::LogLink(const LinkStatistics& use) {
  const bool clean = use.repeated_requests + use.damaged_replies + use.damaged_requests == 0;
  spdlog::log(clean ? spdlog::level::debug : spdlog::level::info,
              "board {}: link: {} requests, {} repeated; damaged frames: {} received, {} sent",
              state_.id.value(), use.requests, use.repeated_requests, use.damaged_replies,
              use.damaged_requests);
}

void BoardActor::FinishRun(absl::Status error, std::shared_ptr<const Measurement> measurement) {
  RunState& run = *state_.run;
  run.finished = true;
  run.progress.reset();
  if (error.ok()) {
    spdlog::info("board {}: run {} succeeded", state_.id.value(), run.key.run_id.value());
  } else {
    spdlog::warn("board {}: run {} failed: {} {}: {}", state_.id.value(), run.key.run_id.value(),
                 ErrorClassName(ErrorClassOf(error)), ErrorCodeOf(error), ErrorMessageOf(error));
  }
  run.error = std::move(error);
  run.measurement = std::move(measurement);
}

void BoardActor::FailWaitingRunIfLate(const std::string& why) {
  if (!waiting_) return;
  const int64_t waited_ms = timers_.clock().SteadyMs() - waiting_since_ms_;
  if (waited_ms < waiting_->timeouts.acquire_ms) return;
  state_.run.emplace().key = waiting_->key;
  state_.run->stage = "acquire";
  waiting_.reset();
  FinishRun(
      MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "BOARD_NOT_READY",
                "the board did not come back within " + std::to_string(waited_ms) + " ms: " + why),
      nullptr);
  Report();
}

void BoardActor::Remember(const Identity& identity) {
  boot_count_ = identity.hello.boot_count;
  if (state_.uid == identity.uid && state_.firmware_build_id == identity.build_id) return;
  state_.uid = identity.uid;
  state_.firmware_build_id = identity.build_id;
  spdlog::info("board {}: UID {}, firmware {} \"{}\", {} Hz", state_.id.value(), identity.uid,
               identity.build_id, identity.image_name, identity.hello.clock_hz);
  Report();
}

void BoardActor::SetStatus(BoardStatus status, std::string reason) {
  if (state_.status != status || state_.reason != reason) {
    if (status == BoardStatus::kRecovering || status == BoardStatus::kOffline) {
      spdlog::warn("board {}: {}: {}", state_.id.value(), BoardStatusName(status), reason);
    } else {
      spdlog::info("board {}: {}{}{}", state_.id.value(), BoardStatusName(status),
                   reason.empty() ? "" : ": ", reason);
    }
  }
  state_.status = status;
  state_.reason = std::move(reason);
  Report();
}

void BoardActor::Report() { changed_(state_); }

}  // namespace edgerack::agent
