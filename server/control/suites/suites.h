// Suites behind a thread-safe door: made and changed, run when somebody asks or their schedule says
// so, their baselines accepted. One sequence of its own; it reads the store and may wait for the
// disk, which the farm's must not.
#ifndef SERVER_CONTROL_SUITES_SUITES_H_
#define SERVER_CONTROL_SUITES_SUITES_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/control/suites/baselines.h"
#include "server/control/suites/suite_runs.h"

namespace edgerack::control {

// Tells the outside of a run that has ended, without waiting. `previous` is how the suite's run
// before it ended. `done` is called once it needs not be told again, on any thread.
using AnnounceRun =
    std::function<void(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous,
                       std::function<void()> done)>;

class Suites {
 public:
  // Takes up the runs that an earlier life of the server left. Errors of the store. Farm, store and
  // what `announce` uses outlive it.
  static absl::StatusOr<std::unique_ptr<Suites>> Start(Farm& farm, store::SuiteStore& store,
                                                       AnnounceRun announce);
  ~Suites();
  // Nothing happens after this; the journal's callbacks may still come.
  void Stop();

  template <typename Value>
  using Done = std::function<void(absl::StatusOr<Value>)>;

  enum class Put { kCreate, kUpdate, kEither };
  // INVALID_ARGUMENT (BAD_SUITE, BAD_SCHEDULE, BAD_OPTION, …), NOT_FOUND (SUITE_NOT_FOUND,
  // MODEL_NOT_FOUND, DATASET_NOT_FOUND), ALREADY_EXISTS (SUITE_EXISTS), errors of the journal.
  void PutSuite(const core::SuiteId& id, core::SuiteSpec spec, Put how, Done<core::Suite> done);
  // A run that goes on is cancelled. NOT_FOUND (SUITE_NOT_FOUND).
  void RemoveSuite(const core::SuiteId& id, Done<core::SuiteId> done);
  // `done` gets the run when it is durable. The same request id gives the same run again. NOT_FOUND
  // (SUITE_NOT_FOUND), INVALID_ARGUMENT (BAD_REQUEST_ID), FAILED_PRECONDITION (SUITE_RUNNING),
  // errors of the journal.
  void RunSuite(const core::SuiteId& id, std::string trigger, std::string request_id,
                Done<core::SuiteRun> done);
  // `done` gets the run as it is after that. NOT_FOUND.
  void CancelRun(const core::SuiteId& suite, const core::SuiteRunId& id, Done<core::SuiteRun> done);
  // The new baselines; errors of Accepted(), NOT_FOUND, FAILED_PRECONDITION (SUITE_RUNNING).
  void Accept(const core::SuiteId& suite, const core::SuiteRunId& id, Acceptance acceptance,
              Done<std::vector<core::SuiteBaseline>> done);

  // Thread-safe reads, of runs that go on too.
  absl::StatusOr<core::SuiteRun> GetRun(const core::SuiteId& suite,
                                        const core::SuiteRunId& id) const;
  store::SuiteStore& store() const { return store_; }
  const Services& services() const { return farm_.services(); }

 private:
  Suites(Farm& farm, store::SuiteStore& store, AnnounceRun announce);

  // On the sequence.
  absl::Status Recover();
  void Begin(const core::SuiteId& id, const std::string& trigger, const std::string& request_id,
             bool scheduled, Done<core::SuiteRun> done);
  absl::StatusOr<int64_t> NextNumber(const core::SuiteId& id);
  void Announce(const core::SuiteRun& run);
  void Tick();
  void Write(store::SuiteRecords records, std::function<void(const absl::Status&)> done);

  Farm& farm_;
  store::SuiteStore& store_;
  const AnnounceRun announce_;
  std::set<core::SuiteId> starting_;  // suites of runs on the way to the disk
  std::unique_ptr<SuiteRuns> runs_;
  bool recovered_ = false;
  std::unique_ptr<Sequence> sequence_;  // last: its thread ends before the rest goes
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SUITES_SUITES_H_
