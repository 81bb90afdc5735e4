#include "server/control/suites/case_jobs.h"

#include "absl/strings/str_cat.h"

namespace edgerack::control {

std::string CaseRequestId(const core::SuiteRunId& run, size_t case_index, CasePhase phase,
                          int repeat) {
  return absl::StrCat("suite/", run.value(), "/", case_index, "/",
                      phase == CasePhase::kMeasuring ? "m" : "c", repeat);
}

absl::StatusOr<JobsOutcome> OutcomeOf(const std::vector<core::JobId>& jobs, const Farm& farm) {
  JobsOutcome outcome;
  for (const core::JobId& id : jobs) {
    ER_ASSIGN_OR_RETURN(core::Job job, farm.GetJob(id));
    if (!core::HasEnded(job.state)) {
      outcome.unfinished.push_back(id);
      continue;
    }
    for (const core::Run& run : job.runs) {
      if (run.state == core::RunState::kSucceeded) outcome.results.push_back(run.result);
    }
    if (job.state == core::JobState::kSucceeded || outcome.failure) continue;
    outcome.failure = job.error.value_or(
        core::Failure{ErrorClass::kUser, "JOB_CANCELLED", "the job was cancelled"});
    outcome.failure->message = absl::StrCat("job ", id.value(), ": ", outcome.failure->message);
  }
  outcome.all_ended = outcome.unfinished.empty();
  return outcome;
}

}  // namespace edgerack::control
