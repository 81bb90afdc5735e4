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

  // Makes the plans that the job's waiting runs lack, one for each chip. While the server's disk is
  // full a plan is tried again every few seconds, for two minutes; the runs show the reason.
  void Begin(const core::JobId& job);
  // Call each second: takes up again what waits for room.
  void Tick() { Pump(); }

 private:
  struct Task {
    core::JobId job;
    std::string chip;
    PlanRequest request;
    std::string key;            // equal keys would do the same work twice
    int64_t give_up_ms = 0;     // steady time; 0 until it was tried once
    int64_t not_before_ms = 0;  // steady time
  };

  void Pump();
  void Start(Task task);
  void Finish(const Task& task, absl::StatusOr<PlanOutcome> outcome);
  // Puts the task back if another try may find room. False when it has failed for good.
  bool TryLater(const Task& task, const absl::Status& failure);

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
