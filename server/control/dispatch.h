// Turns the scheduler's decisions into changes of jobs and runs.
#ifndef SERVER_CONTROL_DISPATCH_H_
#define SERVER_CONTROL_DISPATCH_H_

#include "server/control/conclusion.h"
#include "server/control/farm_context.h"
#include "server/control/transition.h"

namespace edgerack::control {

class Dispatch {
 public:
  Dispatch(FarmContext& context, Conclusion& conclusion)
      : context_(context), conclusion_(conclusion) {}

  // All on the sequence.
  void Apply(const scheduler::Actions& actions, Transition& transition);
  // The run has its plan and may have a board from now on.
  void Enqueue(const ActiveJob& active, const core::Run& run, Transition& transition);
  // Of a run that an earlier life of the server gave to a board.
  void RestoreAssigned(const ActiveJob& active, const core::Run& run, Transition& transition);

 private:
  static scheduler::RunRequest RequestFor(const ActiveJob& active, const core::Run& run);

  FarmContext& context_;
  Conclusion& conclusion_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_DISPATCH_H_
