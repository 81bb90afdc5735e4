#include "server/core/job.h"

#include <algorithm>

namespace edgerack::core {

const char* JobStateName(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return "QUEUED";
    case JobState::kCompiling:
      return "COMPILING";
    case JobState::kRunning:
      return "RUNNING";
    case JobState::kSucceeded:
      return "SUCCEEDED";
    case JobState::kFailed:
      return "FAILED";
    case JobState::kCancelled:
      return "CANCELLED";
  }
  return "FAILED";
}

const char* RunStateName(RunState state) {
  switch (state) {
    case RunState::kWaiting:
      return "WAITING";
    case RunState::kAssigned:
      return "ASSIGNED";
    case RunState::kSucceeded:
      return "SUCCEEDED";
    case RunState::kFailed:
      return "FAILED";
    case RunState::kCancelled:
      return "CANCELLED";
  }
  return "FAILED";
}

std::optional<JobState> ParseJobState(std::string_view name) {
  for (JobState state : {JobState::kQueued, JobState::kCompiling, JobState::kRunning,
                         JobState::kSucceeded, JobState::kFailed, JobState::kCancelled}) {
    if (name == JobStateName(state)) return state;
  }
  return std::nullopt;
}

std::optional<RunState> ParseRunState(std::string_view name) {
  for (RunState state : {RunState::kWaiting, RunState::kAssigned, RunState::kSucceeded,
                         RunState::kFailed, RunState::kCancelled}) {
    if (name == RunStateName(state)) return state;
  }
  return std::nullopt;
}

bool HaveAllRunsEnded(const Job& job) {
  return std::all_of(job.runs.begin(), job.runs.end(),
                     [](const Run& run) { return HasEnded(run.state); });
}

bool ConcludeIfAllRunsEnded(Job& job, int64_t now_wall_ms) {
  if (!HaveAllRunsEnded(job)) return false;
  const auto& runs = job.runs;
  auto in = [](RunState state) { return [state](const Run& run) { return run.state == state; }; };
  auto failed = std::find_if(runs.begin(), runs.end(), in(RunState::kFailed));
  if (failed != runs.end()) {
    job.state = JobState::kFailed;
    job.error = failed->error;
  } else if (std::any_of(runs.begin(), runs.end(), in(RunState::kCancelled))) {
    job.state = JobState::kCancelled;
  } else {
    job.state = JobState::kSucceeded;
  }
  job.end_time_ms = now_wall_ms;
  return true;
}

}  // namespace edgerack::core
