// The jobs that have not ended, in memory, with an index of their runs. Owned by the sequence.
#ifndef SERVER_CONTROL_JOB_TABLE_H_
#define SERVER_CONTROL_JOB_TABLE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "server/core/job.h"
#include "server/core/result.h"
#include "server/core/run_options.h"
#include "server/core/selector.h"

namespace edgerack::control {

struct ActiveJob {
  core::Job job;
  std::vector<core::Result> results;  // of the runs that have succeeded
  core::Selector selector;
  core::RunOptions options;
  int64_t order = 0;  // of its first run; grows with the time of creation
};

class JobTable {
 public:
  // Parses what the spec holds as text; errors of Selector::Parse and OptionsOf.
  absl::Status Add(core::Job job);
  void Remove(const core::JobId& id);

  // nullptr when there is none. Valid until it is removed.
  ActiveJob* Find(const core::JobId& id);
  ActiveJob* FindByRun(const core::RunId& run);
  // The run itself; nullptr when its job is not active.
  core::Run* FindRun(const core::RunId& run);
  const std::map<core::JobId, ActiveJob>& all() const { return jobs_; }

 private:
  std::map<core::JobId, ActiveJob> jobs_;
  std::map<core::RunId, core::JobId> job_of_run_;
  int64_t next_order_ = 1;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_JOB_TABLE_H_
