#include "server/control/preparation.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "server/control/sequence.h"
#include "server/control/transition.h"

namespace edgerack::control {
namespace {

constexpr int64_t kRoomPatienceMs = 120'000;
constexpr int64_t kRoomPauseMs = 3'000;

bool LacksPlan(const core::Run& run, const std::string& chip) {
  return run.state == core::RunState::kWaiting && !run.plan && run.chip == chip;
}

}  // namespace

void Preparation::Begin(const core::JobId& id) {
  const ActiveJob* active = context_.jobs.Find(id);
  if (active == nullptr) return;
  std::set<std::string> chips;
  for (const core::Run& run : active->job.runs) {
    if (!LacksPlan(run, run.chip) || !chips.insert(run.chip).second) continue;
    Task task{id, run.chip, {active->job.spec, active->options, run.kind, run.chip}, "", 0, 0};
    // Without a compiler each task fails by itself, with the reason.
    task.key = id.value() + run.chip;
    if (!task.request.spec.model.empty()) {
      task.key = planner_.CompileKey(task.request).value_or(task.key);
    }
    waiting_.push_back(std::move(task));
  }
  Pump();
}

void Preparation::Pump() {
  while (static_cast<int>(in_work_.size()) < pool_threads_) {
    // The same compilation a second time waits for the first and then finds it in the cache.
    const int64_t now_ms = context_.services.clock.SteadyMs();
    auto next = std::find_if(waiting_.begin(), waiting_.end(), [this, now_ms](const Task& task) {
      return in_work_.count(task.key) == 0 && task.not_before_ms <= now_ms;
    });
    if (next == waiting_.end()) return;
    Task task = std::move(*next);
    waiting_.erase(next);
    if (context_.jobs.Find(task.job) != nullptr) Start(std::move(task));  // else it was cancelled
  }
}

void Preparation::Start(Task task) {
  in_work_.insert(task.key);
  core::Job& job = context_.jobs.Find(task.job)->job;
  Transition transition(context_);
  if (!job.spec.model.empty()) {
    if (job.state == core::JobState::kQueued) job.state = core::JobState::kCompiling;
    for (core::Run& run : job.runs) {
      if (LacksPlan(run, task.chip)) run.stage = "compile";
    }
  }
  transition.Change(job.id);
  transition.Then([this, task = std::move(task)] {
    pool_.Post([this, task] {
      auto outcome = planner_.MakePlan(task.request);
      context_.sequence->Post([this, task, outcome = std::move(outcome)]() mutable {
        Finish(task, std::move(outcome));
      });
    });
  });
  transition.Commit();
}

bool Preparation::TryLater(const Task& task, const absl::Status& failure) {
  if (ErrorCodeOf(failure) != "DISK_FULL") return false;
  const int64_t now_ms = context_.services.clock.SteadyMs();
  Task again = task;
  if (again.give_up_ms == 0) again.give_up_ms = now_ms + kRoomPatienceMs;
  if (now_ms >= again.give_up_ms) return false;
  again.not_before_ms = now_ms + kRoomPauseMs;
  waiting_.push_back(std::move(again));
  return true;
}

void Preparation::Finish(const Task& task, absl::StatusOr<PlanOutcome> outcome) {
  in_work_.erase(task.key);
  Transition transition(context_);
  if (outcome.ok() && outcome->compiled) transition.Add(*outcome->compiled);
  if (outcome.ok() && outcome->prepared) transition.Add(*outcome->prepared);
  if (ActiveJob* active = context_.jobs.Find(task.job)) {
    transition.Change(task.job);
    const bool later = !outcome.ok() && TryLater(task, outcome.status());
    if (outcome.ok()) active->job.state = core::JobState::kRunning;
    for (core::Run& run : active->job.runs) {
      if (!LacksPlan(run, task.chip)) continue;
      if (outcome.ok()) {
        run.plan = outcome->plan;
        run.ready_time_ms = context_.services.clock.WallMs();
        run.stage = "queue";
        run.error.reset();
        dispatch_.Enqueue(*active, run, transition);
      } else {
        if (!later) run.state = core::RunState::kFailed;
        run.error = core::FailureOf(outcome.status());
      }
    }
    if (!outcome.ok()) {
      spdlog::info("job {} cannot be prepared for {}{}: {}", task.job.value(), task.chip,
                   later ? " yet" : "", ErrorMessageOf(outcome.status()));
    }
  }
  transition.Commit();
  Pump();
}

}  // namespace edgerack::control
