#include "server/control/recovery.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/control/transition.h"

namespace edgerack::control {

absl::Status Recover(FarmContext& context, Dispatch& dispatch, Preparation& preparation,
                     std::function<void()> done) {
  ER_ASSIGN_OR_RETURN(auto boards, context.services.boards.ListBoards());
  ER_ASSIGN_OR_RETURN(auto jobs, context.services.jobs.ListUnfinishedJobs());
  Transition transition(context);
  for (const core::Board& board : boards) {
    context.scheduler.RestoreBoard(board, context.services.clock.SteadyMs());
    transition.ShowBoard(board.id);
  }
  std::vector<core::JobId> ids;
  for (core::Job& job : jobs) {
    const core::JobId id = job.id;
    bool planned = false;
    for (core::Run& run : job.runs) {
      planned = planned || run.plan.has_value();
      // An assignment without its plan could not be carried out; compile it again.
      if (run.state == core::RunState::kAssigned && !run.plan) {
        run.state = core::RunState::kWaiting;
      }
      run.stage = run.state == core::RunState::kAssigned ? "acquire" : "queue";
    }
    job.state = planned ? core::JobState::kRunning : core::JobState::kQueued;
    ER_RETURN_IF_ERROR(Annotate(context.jobs.Add(std::move(job)), "job " + id.value()));
    store::PageRequest page{.size = static_cast<int32_t>(context.jobs.Find(id)->job.runs.size())};
    ER_ASSIGN_OR_RETURN(auto results, context.services.results.ListResults(page, {.job = id}));
    context.jobs.Find(id)->results = std::move(results.records);
    // What changed follows from what is stored, so a full disk does not keep the server from
    // opening.
    if (core::HaveAllRunsEnded(context.jobs.Find(id)->job)) {
      transition.Change(id);
    } else {
      transition.Show(id);
    }
    ids.push_back(id);
  }
  // Runs that have their boards first, so that nobody else gets those.
  for (const core::RunState state : {core::RunState::kAssigned, core::RunState::kWaiting}) {
    for (const core::JobId& id : ids) {
      ActiveJob& active = *context.jobs.Find(id);
      for (core::Run& run : active.job.runs) {
        if (run.state != state || !run.plan) continue;
        if (state == core::RunState::kAssigned) {
          dispatch.RestoreAssigned(active, run, transition);
        } else if (!context.scheduler.HasRun(run.id)) {
          dispatch.Enqueue(active, run, transition);
        }
      }
    }
  }
  transition.Then(std::move(done));
  transition.Commit();
  for (const core::JobId& id : ids) preparation.Begin(id);
  if (!ids.empty()) spdlog::info("{} unfinished jobs are taken up again", ids.size());
  return absl::OkStatus();
}

}  // namespace edgerack::control
