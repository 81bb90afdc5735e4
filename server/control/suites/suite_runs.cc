#include "server/control/suites/suite_runs.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "server/analysis/regression.h"
#include "server/control/suites/baselines.h"

namespace edgerack::control {
namespace {

using core::CaseState;

std::vector<core::JobId>& JobsOf(core::SuiteCase& suite_case, CasePhase phase) {
  return phase == CasePhase::kMeasuring ? suite_case.jobs : suite_case.confirming_jobs;
}

CasePhase PhaseOf(const core::SuiteCase& suite_case) {
  return suite_case.judgement.state == CaseState::kConfirming ? CasePhase::kConfirming
                                                              : CasePhase::kMeasuring;
}

void Fail(core::SuiteCase& suite_case, core::Failure failure) {
  suite_case.judgement.state = CaseState::kFailed;
  suite_case.error = std::move(failure);
}

absl::StatusOr<std::vector<core::Result>> ReadResults(const std::vector<core::ResultId>& ids,
                                                      store::ResultStore& store) {
  std::vector<core::Result> results;
  for (const core::ResultId& id : ids) {
    ER_ASSIGN_OR_RETURN(core::Result result, store.GetResult(id));
    results.push_back(std::move(result));
  }
  return results;
}

core::SuiteRunState StateOf(const core::SuiteRun& run) {
  const core::RunCounts counts = core::CountsOf(run);
  if (counts.regressions > 0) return core::SuiteRunState::kRegressed;
  return counts.failures > 0 || run.cases.empty() ? core::SuiteRunState::kFailed
                                                  : core::SuiteRunState::kPassed;
}

// The disk or the server's load, not the request: it may go well later.
bool MayGoWellLater(const absl::Status& status) {
  return status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kUnavailable;
}

}  // namespace

SuiteRuns::~SuiteRuns() {
  for (auto& [id, active] : active_) {
    for (const auto& [job, watch] : active.watches) farm_.view().Unwatch(watch);
  }
}

std::optional<core::SuiteRun> SuiteRuns::Find(const core::SuiteRunId& id) const {
  std::lock_guard lock(mutex_);
  auto found = shown_.find(id);
  if (found == shown_.end()) return std::nullopt;
  return found->second;
}

void SuiteRuns::Show(const core::SuiteRun& run) {
  std::lock_guard lock(mutex_);
  shown_[run.id] = run;
}

bool SuiteRuns::HasRunOf(const core::SuiteId& suite) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const auto& entry) { return entry.second.run.suite == suite; });
}

void SuiteRuns::TakeUp(core::SuiteRun run) {
  const core::SuiteRunId id = run.id;
  Show(run);
  active_[id].run = std::move(run);
  Advance(id);
}

void SuiteRuns::Tick() {
  std::vector<core::SuiteRunId> ids;
  for (const auto& [id, active] : active_) ids.push_back(id);
  for (const core::SuiteRunId& id : ids) Advance(id);
}

void SuiteRuns::Advance(const core::SuiteRunId& id) {
  auto found = active_.find(id);
  if (found == active_.end() || found->second.ending) return;
  Active& active = found->second;
  store::SuiteRecords records;
  bool changed = false;
  for (size_t index = 0; index < active.run.cases.size(); ++index) {
    // A case that is to be confirmed asks for its jobs at once.
    while (AdvanceCase(active, index, records)) changed = true;
  }
  if (std::all_of(active.run.cases.begin(), active.run.cases.end(),
                  [](const core::SuiteCase& c) { return core::HasEnded(c.judgement.state); })) {
    if (!records.baselines.empty()) Write(std::move(records), [] {});
    return Conclude(active);
  }
  if (!changed) return;
  records.runs.push_back(active.run);
  Show(active.run);
  Write(std::move(records), [] {});
}

bool SuiteRuns::AskForJobs(Active& active, size_t index, CasePhase phase) {
  core::SuiteCase& suite_case = active.run.cases[index];
  std::vector<core::JobId>& jobs = JobsOf(suite_case, phase);
  const core::SuiteSpec& spec = active.run.spec;
  jobs.resize(
      static_cast<size_t>(phase == CasePhase::kMeasuring ? spec.repeats : spec.confirmations));
  bool all_there = true;
  for (size_t repeat = 0; repeat < jobs.size(); ++repeat) {
    if (!jobs[repeat].empty()) continue;
    all_there = false;
    const std::string request_id =
        CaseRequestId(active.run.id, index, phase, static_cast<int>(repeat));
    if (!active.asked.insert(request_id).second) continue;
    farm_.CreateJob(
        suite_case.spec, request_id,
        [this, id = active.run.id, index, phase, repeat,
         request_id](absl::StatusOr<core::Job> job) {
          sequence_.Post([this, id, index, phase, repeat, request_id, job = std::move(job)] {
            TakeJob(id, index, phase, repeat, request_id, job);
          });
        });
  }
  return all_there;
}

void SuiteRuns::TakeJob(const core::SuiteRunId& id, size_t index, CasePhase phase, size_t repeat,
                        const std::string& request_id, const absl::StatusOr<core::Job>& job) {
  auto found = active_.find(id);
  if (found == active_.end() || found->second.ending) {
    // Cancelled while the job was made.
    if (job.ok()) farm_.CancelJob(job->id, [](const absl::StatusOr<core::Job>&) {});
    return;
  }
  Active& active = found->second;
  core::SuiteCase& suite_case = active.run.cases[index];
  if (job.ok()) {
    JobsOf(suite_case, phase)[repeat] = job->id;
  } else if (MayGoWellLater(job.status())) {
    active.asked.erase(request_id);  // the next tick asks again
    return;
  } else if (!core::HasEnded(suite_case.judgement.state)) {
    Fail(suite_case, core::FailureOf(job.status()));
  }
  Advance(id);
}

void SuiteRuns::Watch(Active& active, const std::vector<core::JobId>& jobs) {
  for (const core::JobId& job : jobs) {
    if (active.watches.count(job) != 0) continue;
    const int64_t watch =
        farm_.view().Watch(job, [this, id = active.run.id](const LiveView::JobSnapshot& snapshot) {
          if (!core::HasEnded(snapshot->job.state)) return;
          sequence_.Post([this, id] { Advance(id); });
        });
    // A job that ended just now is in the store; whoever looks next finds it.
    if (watch == 0) sequence_.Post([this, id = active.run.id] { Advance(id); });
    if (watch != 0) active.watches[job] = watch;
  }
}

bool SuiteRuns::AdvanceCase(Active& active, size_t index, store::SuiteRecords& records) {
  core::SuiteCase& suite_case = active.run.cases[index];
  if (core::HasEnded(suite_case.judgement.state)) return false;
  const CasePhase phase = PhaseOf(suite_case);
  if (!AskForJobs(active, index, phase)) return false;
  auto outcome = OutcomeOf(JobsOf(suite_case, phase), farm_);
  if (!outcome.ok()) {
    spdlog::error("case {} of run {}: {}", suite_case.key, active.run.id.value(),
                  ErrorMessageOf(outcome.status()));
    if (outcome.status().code() != absl::StatusCode::kNotFound) return false;
    Fail(suite_case, core::FailureOf(outcome.status()));
    return true;
  }
  if (!outcome->all_ended) {
    Watch(active, outcome->unfinished);
    return false;
  }
  (phase == CasePhase::kMeasuring ? suite_case.results : suite_case.confirming_results) =
      outcome->results;
  if (outcome->failure) {
    Fail(suite_case, *outcome->failure);
    return true;
  }
  return JudgeEnded(active, suite_case, records);
}

bool SuiteRuns::JudgeEnded(Active& active, core::SuiteCase& suite_case,
                           store::SuiteRecords& records) {
  const Services& services = farm_.services();
  auto held = ReadBaseline(active.run.suite, suite_case.key, suites_, services.results);
  auto measured = ReadResults(suite_case.results, services.results);
  auto confirming = ReadResults(suite_case.confirming_results, services.results);
  for (const absl::Status& status : {held.status(), measured.status(), confirming.status()}) {
    if (status.ok()) continue;
    Fail(suite_case, core::FailureOf(status));
    return true;
  }
  suite_case.judgement =
      analysis::JudgeCase(held->results, *measured, *confirming, active.run.spec.thresholds);
  suite_case.baseline_results.clear();
  for (const core::Result& result : held->results) suite_case.baseline_results.push_back(result.id);
  if (!core::HasEnded(suite_case.judgement.state)) return true;
  if (auto baseline = Extended(*held, active.run, suite_case, *measured, services.clock.WallMs(),
                               services.ids)) {
    records.baselines.push_back(*std::move(baseline));
  }
  spdlog::info("suite {} run {}: {} {}", active.run.suite.value(), active.run.number,
               suite_case.key, core::CaseStateName(suite_case.judgement.state));
  return true;
}

void SuiteRuns::Conclude(Active& active) {
  active.ending = true;
  core::SuiteRun& run = active.run;
  if (run.state == core::SuiteRunState::kRunning) run.state = StateOf(run);
  run.end_time_ms = farm_.services().clock.WallMs();
  for (const auto& [job, watch] : active.watches) farm_.view().Unwatch(watch);
  active.watches.clear();
  store::SuiteRecords records;
  records.runs.push_back(run);
  Write(std::move(records), [this, run] {
    active_.erase(run.id);
    {
      std::lock_guard lock(mutex_);
      shown_.erase(run.id);
    }
    spdlog::info("suite {} run {} ended: {}, {}", run.suite.value(), run.number,
                 core::SuiteRunStateName(run.state), core::SummaryOf(run));
    ended_(run);
  });
}

void SuiteRuns::Cancel(const core::SuiteRunId& id) {
  auto found = active_.find(id);
  if (found == active_.end() || found->second.ending) return;
  Active& active = found->second;
  for (core::SuiteCase& suite_case : active.run.cases) {
    if (core::HasEnded(suite_case.judgement.state)) continue;
    for (const CasePhase phase : {CasePhase::kMeasuring, CasePhase::kConfirming}) {
      for (const core::JobId& job : JobsOf(suite_case, phase)) {
        if (!job.empty()) farm_.CancelJob(job, [](const absl::StatusOr<core::Job>&) {});
      }
    }
    suite_case.judgement.state = CaseState::kCancelled;
  }
  active.run.state = core::SuiteRunState::kCancelled;
  Conclude(active);
}

void SuiteRuns::Write(store::SuiteRecords records, std::function<void()> done) {
  store::WriteBatch batch;
  batch.suites = std::move(records);
  farm_.services().journal.Write(std::move(batch), store::Durability::kUntilDurable,
                                 [this, done = std::move(done)](const absl::Status& status) {
                                   if (status.ok()) sequence_.Post(done);
                                 });
}

}  // namespace edgerack::control
