// The runs of suites that go on. Each step follows from what is stored: jobs have request ids that
// follow from the run, and what a case came to is computed from its results, so a server that was
// killed goes on where it was.
#ifndef SERVER_CONTROL_SUITES_SUITE_RUNS_H_
#define SERVER_CONTROL_SUITES_SUITE_RUNS_H_

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/control/farm.h"
#include "server/control/sequence.h"
#include "server/control/suites/case_jobs.h"
#include "server/core/suite.h"
#include "server/store/suite_store.h"

namespace edgerack::control {

class SuiteRuns {
 public:
  // `ended` gets each run that has ended, on the sequence, when that is durable.
  SuiteRuns(Farm& farm, store::SuiteStore& suites, Sequence& sequence,
            std::function<void(const core::SuiteRun&)> ended)
      : farm_(farm), suites_(suites), sequence_(sequence), ended_(std::move(ended)) {}
  ~SuiteRuns();

  // On the sequence:
  // Goes on with a run that is stored and has not ended.
  void TakeUp(core::SuiteRun run);
  // Ends it and its jobs; nothing when it is not one of these.
  void Cancel(const core::SuiteRunId& id);
  bool HasRunOf(const core::SuiteId& suite) const;
  // Looks at everything again; what waits for a full disk is tried again.
  void Tick();

  // Thread-safe: the run as it is now; empty when it has ended.
  std::optional<core::SuiteRun> Find(const core::SuiteRunId& id) const;

 private:
  struct Active {
    core::SuiteRun run;
    std::set<std::string> asked;  // request ids of jobs that are being made
    std::map<core::JobId, int64_t> watches;
    bool ending = false;  // its end is on the way to the disk
  };

  void Advance(const core::SuiteRunId& id);
  // True when the case has changed.
  bool AdvanceCase(Active& active, size_t index, store::SuiteRecords& records);
  // False while a job is not there yet.
  bool AskForJobs(Active& active, size_t index, CasePhase phase);
  void TakeJob(const core::SuiteRunId& id, size_t index, CasePhase phase, size_t repeat,
               const std::string& request_id, const absl::StatusOr<core::Job>& job);
  void Watch(Active& active, const std::vector<core::JobId>& jobs);
  bool JudgeEnded(Active& active, core::SuiteCase& suite_case, store::SuiteRecords& records);
  void Conclude(Active& active);
  void Write(store::SuiteRecords records, std::function<void()> done);
  void Show(const core::SuiteRun& run);

  Farm& farm_;
  store::SuiteStore& suites_;
  Sequence& sequence_;
  const std::function<void(const core::SuiteRun&)> ended_;
  std::map<core::SuiteRunId, Active> active_;  // of the sequence
  mutable std::mutex mutex_;
  std::map<core::SuiteRunId, core::SuiteRun> shown_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUITES_SUITE_RUNS_H_
