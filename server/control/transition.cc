#include "server/control/transition.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "server/control/sequence.h"

namespace edgerack::control {
namespace {

// Everything that may be seen outside once the step is durable.
struct Consequences {
  std::vector<LiveJob> jobs;
  std::vector<core::Board> boards;
  struct Message {
    std::shared_ptr<AgentLink> link;
    std::vector<core::Assignment> assignments;
  };
  std::vector<Message> messages;
  std::vector<std::function<void()>> effects;

  void Happen(FarmContext& context) {
    for (const core::Board& board : boards) context.view.PublishBoard(board);
    for (LiveJob& live : jobs) {
      const core::Job job = live.job;
      context.view.PublishJob(std::move(live));
      if (!core::HasEnded(job.state)) continue;
      context.services.metrics.CountJobEnd(core::JobStateName(job.state));
      spdlog::info("job {} ended: {}{}", job.id.value(), core::JobStateName(job.state),
                   job.error ? " " + job.error->code + ": " + job.error->message : "");
    }
    for (const Message& message : messages) message.link->Send(message.assignments);
    for (const auto& effect : effects) effect();
  }
};

}  // namespace

std::vector<core::Assignment> Transition::AssignmentsOf(const core::AgentId& agent) {
  std::vector<core::Assignment> assignments;
  for (const scheduler::DesiredRun& desired : context_.scheduler.Desired(agent)) {
    core::Assignment assignment;
    assignment.board = desired.board;
    assignment.run = desired.run;
    assignment.attempt = desired.attempt;
    assignment.cancelled = desired.cancelled;
    if (!desired.cancelled) {
      const ActiveJob* active = context_.jobs.FindByRun(desired.run);
      const core::Run* run = context_.jobs.FindRun(desired.run);
      if (active == nullptr || run == nullptr || !run->plan) continue;
      assignment.plan = *run->plan;
      assignment.options = active->options;
      assignment.firmware = active->job.spec.firmware;
      assignment.protocol = active->job.spec.protocol;
    }
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void Transition::Commit() {
  const int64_t now_ms = context_.services.clock.WallMs();
  auto consequences = std::make_shared<Consequences>();
  for (const core::JobId& id : changed_jobs_) {
    ActiveJob* active = context_.jobs.Find(id);
    if (active == nullptr) continue;
    active->job.update_time_ms = now_ms;
    const bool ended = core::ConcludeIfAllRunsEnded(active->job, now_ms);
    batch_.jobs.push_back(active->job);
    consequences->jobs.push_back(
        {active->job, ended ? active->results : std::vector<core::Result>()});
    shown_jobs_.erase(id);
    if (ended) context_.jobs.Remove(id);
  }
  for (const core::JobId& id : shown_jobs_) {
    if (ActiveJob* active = context_.jobs.Find(id)) consequences->jobs.push_back({active->job, {}});
  }
  shown_boards_.insert(changed_boards_.begin(), changed_boards_.end());
  for (const core::BoardId& id : shown_boards_) {
    const core::Board* board = context_.scheduler.FindBoard(id);
    if (board == nullptr) continue;
    consequences->boards.push_back(*board);
    if (changed_boards_.count(id) != 0) batch_.boards.push_back(*board);
  }
  for (const core::AgentId& agent : told_agents_) {
    auto link = context_.links.find(agent);
    if (link == context_.links.end()) continue;
    consequences->messages.push_back({link->second, AssignmentsOf(agent)});
  }
  consequences->effects = std::move(effects_);

  FarmContext* context = &context_;
  context_.services.journal.Write(
      std::move(batch_), store::Durability::kUntilDurable,
      [context, consequences](const absl::Status& status) {
        if (!status.ok()) return;  // the server stops, or the journal has logged its bug
        context->sequence->Post([context, consequences] { consequences->Happen(*context); });
      });
}

}  // namespace edgerack::control
