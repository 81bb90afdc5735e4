#include "server/control/dispatch.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace edgerack::control {
namespace {

void LogFailure(const core::Run& run, const core::Failure& failure, const char* next) {
  spdlog::warn("run {} attempt {} on board {}: {} {}: {}; {}", run.id.value(), run.attempt,
               run.board.value(), ErrorClassName(failure.error_class), failure.code,
               failure.message, next);
}

}  // namespace

scheduler::RunRequest Dispatch::RequestFor(const ActiveJob& active, const core::Run& run) {
  scheduler::RunRequest request;
  request.id = run.id;
  request.order = active.order + (&run - active.job.runs.data());
  request.selector = active.selector;
  request.pinned_board = run.pinned_board;
  request.chip = run.chip;
  request.attempt = run.attempt;
  request.board_failures = run.board_failures;
  request.tried_boards = run.tried_boards;
  request.timeouts = active.options.timeouts;
  return request;
}

void Dispatch::Enqueue(const ActiveJob& active, const core::Run& run, Transition& transition) {
  const int64_t waited_ms =
      std::max<int64_t>(0, context_.services.clock.WallMs() - run.ready_time_ms);
  Apply(context_.scheduler.AddRun(RequestFor(active, run), waited_ms,
                                  context_.services.clock.SteadyMs()),
        transition);
}

void Dispatch::RestoreAssigned(const ActiveJob& active, const core::Run& run,
                               Transition& transition) {
  Apply(context_.scheduler.RestoreAssigned(RequestFor(active, run), run.board,
                                           context_.services.clock.SteadyMs()),
        transition);
}

void Dispatch::Apply(const scheduler::Actions& actions, Transition& transition) {
  for (const std::string& warning : actions.warnings) spdlog::warn("{}", warning);
  for (const auto& measured : actions.measured) conclusion_.Begin(measured.run, measured.report);
  for (const auto& retried : actions.retried) {
    core::Run* run = context_.jobs.FindRun(retried.run);
    if (run == nullptr) continue;
    LogFailure(*run, retried.failure, "it is tried again");
    context_.services.metrics.CountFailedAttempt(ErrorClassName(retried.failure.error_class),
                                                 retried.failure.code);
    run->state = core::RunState::kWaiting;
    run->attempt = retried.next_attempt;
    run->board_failures = retried.board_failures;
    run->tried_boards = retried.tried_boards;
    run->error = retried.failure;
    run->stage = "queue";
    run->progress.reset();
    transition.Change(context_.jobs.FindByRun(retried.run)->job.id);
  }
  for (const auto& failed : actions.failed) {
    core::Run* run = context_.jobs.FindRun(failed.run);
    if (run == nullptr) continue;
    LogFailure(*run, failed.failure, "the run has failed");
    context_.services.metrics.CountFailedAttempt(ErrorClassName(failed.failure.error_class),
                                                 failed.failure.code);
    run->state = core::RunState::kFailed;
    run->error = failed.failure;
    run->progress.reset();
    transition.Change(context_.jobs.FindByRun(failed.run)->job.id);
  }
  for (const auto& progress : actions.progress) {
    core::Run* run = context_.jobs.FindRun(progress.run);
    // An agent that has only just taken the run may not be in a stage yet.
    if (run == nullptr || progress.stage.empty() ||
        (run->stage == progress.stage && run->progress == progress.progress)) {
      continue;
    }
    run->stage = progress.stage;
    run->progress = progress.progress;
    transition.Show(context_.jobs.FindByRun(progress.run)->job.id);
  }
  // Last: a retried run may have a new board already.
  for (const auto& assigned : actions.assigned) {
    core::Run* run = context_.jobs.FindRun(assigned.run);
    if (run == nullptr) continue;
    run->state = core::RunState::kAssigned;
    run->board = assigned.board;
    run->attempt = assigned.attempt;
    run->assign_time_ms = context_.services.clock.WallMs();
    run->stage = "acquire";
    run->progress.reset();
    transition.Change(context_.jobs.FindByRun(assigned.run)->job.id);
  }
  for (const core::BoardId& board : actions.changed_boards) transition.ChangeBoard(board);
  for (const core::AgentId& agent : actions.changed_agents) transition.Tell(agent);
}

}  // namespace edgerack::control
