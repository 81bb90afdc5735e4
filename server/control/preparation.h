// The compile stage: queues plans, makes at most as many at once as the pool has threads, and hands
// runs that are ready to the scheduler. Owned by the sequence.
#ifndef SERVER_CONTROL_PREPARATION_H_
#define SERVER_CONTROL_PREPARATION_H_

#include <deque>
#include <set>
#include <string>

#include "server/control/dispatch.h"
#include "server/control/farm_context.h"
#include "server/control/planner.h"
#include "server/control/worker_pool.h"

namespace edgerack::control {

class Preparation {
 public:
  Preparation(FarmContext& context, WorkerPool& pool, int pool_threads, Dispatch& dispatch)
      : context_(context),
        pool_(pool),
        pool_threads_(pool_threads),
        dispatch_(dispatch),
        planner_(context.services) {}

  // Makes the plans that the job's waiting runs lack, one for each chip.
  void Begin(const core::JobId& job);

 private:
  struct Task {
    core::JobId job;
    std::string chip;
    PlanRequest request;
    std::string key;  // equal keys would do the same work twice
  };

  void Pump();
  void Start(Task task);
  void Finish(const Task& task, absl::StatusOr<PlanOutcome> outcome);

  FarmContext& context_;
  WorkerPool& pool_;
  const int pool_threads_;
  Dispatch& dispatch_;
  Planner planner_;
  std::deque<Task> waiting_;
  std::set<std::string> in_work_;  // keys
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_PREPARATION_H_
