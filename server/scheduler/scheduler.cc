#include "server/scheduler/scheduler.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/scheduler/limits.h"
#include "server/scheduler/retry_policy.h"

namespace edgerack::scheduler {

using core::BoardHealth;
using core::BoardId;
using core::BoardState;
using core::Failure;
using core::RunId;

void Scheduler::RestoreBoard(const core::Board& board, int64_t now_ms) {
  BoardEntry& entry = boards_[board.id];
  entry.board = board;
  entry.board.state = BoardState::kOffline;
  entry.board.run = RunId();
  entry.board.reason = "its agent has not reported since the server started";
  AgentEntry& agent = agents_[board.agent];
  agent.last_report_ms = now_ms;
  agent.boards.insert(board.id);
}

Actions Scheduler::RestoreAssigned(RunRequest request, const BoardId& board, int64_t now_ms) {
  Actions actions;
  const RunId id = request.id;
  RunEntry& run = runs_[id];
  run.request = std::move(request);
  run.phase = Phase::kAssigned;
  run.board = board;
  run.assign_ms = now_ms;
  assigned_.insert(id);
  auto found = boards_.find(board);
  if (found == boards_.end() || !found->second.assigned.empty()) {
    FailAttempt(id,
                {ErrorClass::kInfrastructure, "BOARD_GONE",
                 "board " + board.value() + " is not known any more after the server's restart"},
                now_ms, actions);
    return actions;
  }
  found->second.assigned = id;
  Publish(found->second, actions);
  return actions;
}

Actions Scheduler::AddRun(RunRequest request, int64_t waited_ms, int64_t now_ms) {
  Actions actions;
  RunEntry& run = runs_[request.id];
  run.request = std::move(request);
  Enqueue(run, now_ms - waited_ms + run.request.timeouts.queue_ms);
  Dispatch(now_ms, actions);
  return actions;
}

Actions Scheduler::EndRun(const RunId& id, RunEnd end, int64_t now_ms) {
  Actions actions;
  auto found = runs_.find(id);
  if (found == runs_.end()) return actions;
  RunEntry& run = found->second;
  if (run.phase == Phase::kWaiting) {
    Dequeue(run);
  } else {
    auto board = boards_.find(run.board);
    if (end == RunEnd::kSucceeded && board != boards_.end() &&
        board->second.board.health == BoardHealth::kSuspect) {
      board->second.board.health = BoardHealth::kHealthy;
      actions.changed_boards.insert(run.board);
    }
    Release(run, actions);
  }
  runs_.erase(found);
  Dispatch(now_ms, actions);
  return actions;
}

Actions Scheduler::Report(const core::AgentReport& report, int64_t now_ms) {
  Actions actions;
  AgentEntry& agent = agents_[report.agent];
  const bool rebooted = !agent.boot_id.empty() && agent.boot_id != report.boot_id;
  agent.boot_id = report.boot_id;
  agent.last_report_ms = now_ms;
  agent.silent = false;
  std::set<BoardId> unnamed = agent.boards;
  for (const core::BoardReport& board : report.boards) {
    unnamed.erase(board.board.id);
    TakeBoard(agent, report, board, rebooted, now_ms, actions);
  }
  for (const BoardId& id : unnamed) {
    BoardEntry& entry = boards_[id];
    entry.reported = BoardState::kOffline;
    entry.reported_reason = "its agent does not list it any more";
    entry.reported_run.reset();
    auto run = runs_.find(entry.assigned);
    if (run != runs_.end() && run->second.phase == Phase::kAssigned) {
      FailAttempt(run->first,
                  {ErrorClass::kInfrastructure, "BOARD_GONE",
                   absl::StrCat("agent ", report.agent.value(), " does not list board ", id.value(),
                                " any more; look at its cable and the agent's log")},
                  now_ms, actions);
    }
    Publish(entry, actions);
  }
  Dispatch(now_ms, actions);
  return actions;
}

void Scheduler::TakeBoard(AgentEntry& agent, const core::AgentReport& report,
                          const core::BoardReport& reported, bool rebooted, int64_t now_ms,
                          Actions& actions) {
  auto found = boards_.find(reported.board.id);
  if (found != boards_.end() && found->second.board.agent != report.agent) {
    AgentEntry& other = agents_[found->second.board.agent];
    if (!other.silent) {
      actions.warnings.push_back(absl::StrCat(
          "board ", reported.board.id.value(), " is reported by agent ", report.agent.value(),
          " but belongs to agent ", found->second.board.agent.value(), "; give one another id"));
      return;
    }
    other.boards.erase(reported.board.id);
  }
  agent.boards.insert(reported.board.id);
  BoardEntry& entry = boards_[reported.board.id];
  const core::Board before = entry.board;
  entry.board = reported.board;
  entry.board.agent = report.agent;
  entry.board.health = before.health;
  entry.board.state = before.state;
  entry.board.reason = before.reason;
  entry.board.run = before.run;
  if (entry.board.uid.empty()) entry.board.uid = before.uid;
  if (entry.board.firmware_build_id.empty()) {
    entry.board.firmware_build_id = before.firmware_build_id;
  }
  if (before.id.empty() || before.agent != entry.board.agent || before.kind != entry.board.kind ||
      before.chip != entry.board.chip || before.family != entry.board.family ||
      before.tags != entry.board.tags || before.uid != entry.board.uid ||
      before.firmware_build_id != entry.board.firmware_build_id) {
    actions.changed_boards.insert(entry.board.id);
  }
  entry.reported = reported.board.state;
  entry.reported_reason = reported.board.reason;
  entry.reported_run.reset();
  if (reported.run) {
    entry.reported_run =
        ReportedRun{reported.run->run, reported.run->attempt, reported.run->finished};
  }
  TakeRun(entry, reported, rebooted, now_ms, actions);
  Publish(entry, actions);
}

void Scheduler::TakeRun(BoardEntry& board, const core::BoardReport& reported, bool rebooted,
                        int64_t now_ms, Actions& actions) {
  auto found = runs_.find(board.assigned);
  if (found == runs_.end() || found->second.phase != Phase::kAssigned) return;
  RunEntry& run = found->second;
  const bool is_this = reported.run && reported.run->run == found->first &&
                       reported.run->attempt == run.request.attempt;
  if (!is_this) {
    if (!run.seen) return;  // the agent has not taken it yet
    const std::string agent = board.board.agent.value();
    FailAttempt(found->first,
                {ErrorClass::kInfrastructure, "AGENT_LOST",
                 rebooted ? absl::StrCat("agent ", agent, " was started again while it worked")
                          : absl::StrCat("agent ", agent, " forgot the run")},
                now_ms, actions);
    return;
  }
  run.seen = true;
  if (!reported.run->finished) {
    actions.progress.push_back({found->first, reported.run->stage, reported.run->progress});
    return;
  }
  if (reported.run->measurement != nullptr) {
    run.phase = Phase::kMeasured;
    actions.measured.push_back({found->first, *reported.run});
    return;
  }
  FailAttempt(found->first,
              reported.run->error.value_or(Failure{
                  ErrorClass::kBug, "NO_OUTCOME",
                  absl::StrCat("agent ", board.board.agent.value(),
                               " reported the end of the run without error or measurement")}),
              now_ms, actions);
}

void Scheduler::FailAttempt(const RunId& id, const Failure& failure, int64_t now_ms,
                            Actions& actions) {
  RunEntry& run = runs_.at(id);
  const BoardId board = run.board;
  if (failure.error_class == ErrorClass::kBoard) {
    ++run.request.board_failures;
    if (auto entry = boards_.find(board);
        entry != boards_.end() && entry->second.board.health == BoardHealth::kHealthy) {
      entry->second.board.health = BoardHealth::kSuspect;
      actions.changed_boards.insert(board);
    }
  }
  Release(run, actions);
  if (!ShouldRetry(failure, run.request.attempt, run.request.board_failures)) {
    actions.failed.push_back({id, failure});
    runs_.erase(id);
    return;
  }
  ++run.request.attempt;
  auto& tried = run.request.tried_boards;
  if (std::find(tried.begin(), tried.end(), board) == tried.end()) tried.push_back(board);
  Enqueue(run, now_ms + run.request.timeouts.queue_ms);
  actions.retried.push_back({id, run.request.attempt, run.request.board_failures, tried, failure});
}

void Scheduler::Release(const RunEntry& run, Actions& actions) {
  assigned_.erase(run.request.id);
  auto board = boards_.find(run.board);
  if (board == boards_.end() || board->second.assigned != run.request.id) return;
  board->second.assigned = RunId();
  actions.changed_agents.insert(board->second.board.agent);
  Publish(board->second, actions);
}

void Scheduler::Publish(BoardEntry& entry, Actions& actions) {
  const core::Board before = entry.board;
  auto agent = agents_.find(entry.board.agent);
  entry.board.run = entry.assigned;
  if (agent == agents_.end() || agent->second.silent) {
    entry.board.state = BoardState::kOffline;
    if (before.state != BoardState::kOffline || before.reason.empty()) {
      entry.board.reason = "its agent " + entry.board.agent.value() + " does not report";
    }
  } else {
    const bool working = !entry.assigned.empty() && entry.reported == BoardState::kIdle;
    entry.board.state = working ? BoardState::kBusy : entry.reported;
    entry.board.reason = entry.reported_reason;
  }
  if (before.state != entry.board.state || before.reason != entry.board.reason ||
      before.run != entry.board.run) {
    actions.changed_boards.insert(entry.board.id);
  }
}

Actions Scheduler::Tick(int64_t now_ms) {
  Actions actions;
  CheckAgents(now_ms, actions);
  CheckAssigned(now_ms, actions);
  while (!deadlines_.empty() && deadlines_.begin()->first <= now_ms) {
    const RunId id = deadlines_.begin()->second;
    const RunEntry& run = runs_.at(id);
    actions.failed.push_back(
        {id,
         {ErrorClass::kInfrastructure, "QUEUE_TIMEOUT",
          absl::StrCat("no board that matches \"", run.request.selector.text(),
                       "\" became free within ", run.request.timeouts.queue_ms / 1000, " s: ",
                       WhyNotFree(run.request), "; bring a board back, or set timeout.queue_ms")}});
    Dequeue(run);
    runs_.erase(id);
  }
  Dispatch(now_ms, actions);
  return actions;
}

// The boards that would suit, each with what keeps it from the run.
std::string Scheduler::WhyNotFree(const RunRequest& request) const {
  constexpr int kMostNamed = 5;
  std::string text;
  int suiting = 0;
  for (const auto& [id, entry] : boards_) {
    if (!Suits(request, entry.board) || ++suiting > kMostNamed) continue;
    const bool quarantined = entry.board.health == BoardHealth::kQuarantined;
    absl::StrAppend(&text, text.empty() ? "" : "; ", "board ", id.value(), " is ",
                    quarantined ? "quarantined" : core::BoardStateName(entry.board.state),
                    entry.board.reason.empty() ? "" : ": ", entry.board.reason);
  }
  if (suiting > kMostNamed) absl::StrAppend(&text, "; and ", suiting - kMostNamed, " more");
  return suiting == 0 ? "no such board is known" : text;
}

void Scheduler::CheckAgents(int64_t now_ms, Actions& actions) {
  for (auto& [id, agent] : agents_) {
    const int64_t quiet_ms = now_ms - agent.last_report_ms;
    if (quiet_ms <= kAgentSilentMs) continue;
    const bool was_silent = std::exchange(agent.silent, true);
    for (const BoardId& board : agent.boards) {
      BoardEntry& entry = boards_[board];
      if (!was_silent) Publish(entry, actions);
      auto run = runs_.find(entry.assigned);
      if (quiet_ms > kAgentLostMs && run != runs_.end() && run->second.phase == Phase::kAssigned) {
        FailAttempt(run->first,
                    {ErrorClass::kInfrastructure, "AGENT_LOST",
                     absl::StrCat("agent ", id.value(), " has not reported for ", quiet_ms / 1000,
                                  " s; look whether its machine and process run")},
                    now_ms, actions);
      }
    }
  }
}

void Scheduler::CheckAssigned(int64_t now_ms, Actions& actions) {
  const std::set<RunId> assigned = assigned_;
  for (const RunId& id : assigned) {
    const RunEntry& run = runs_.at(id);
    if (run.phase != Phase::kAssigned || !IsAlive(boards_[run.board])) continue;
    const core::StageTimeouts& timeouts = run.request.timeouts;
    const int64_t since_ms = now_ms - run.assign_ms;
    if (!run.seen && since_ms > timeouts.acquire_ms + kAcquireSlackMs) {
      FailAttempt(id,
                  {ErrorClass::kInfrastructure, "ACQUIRE_TIMEOUT",
                   absl::StrCat("the agent of board ", run.board.value(),
                                " did not take the run within ", since_ms / 1000, " s")},
                  now_ms, actions);
    } else if (run.seen && since_ms > timeouts.AttemptMs() + kAttemptSlackMs) {
      FailAttempt(id,
                  {ErrorClass::kInfrastructure, "RUN_OVERDUE",
                   absl::StrCat("board ", run.board.value(), " has worked on the run for ",
                                since_ms / 1000, " s, longer than all its stages may take")},
                  now_ms, actions);
    }
  }
}

std::vector<DesiredRun> Scheduler::Desired(const core::AgentId& agent) const {
  std::vector<DesiredRun> desired;
  auto found = agents_.find(agent);
  if (found == agents_.end()) return desired;
  for (const BoardId& id : found->second.boards) {
    const BoardEntry& entry = boards_.at(id);
    if (!entry.assigned.empty()) {
      desired.push_back({id, entry.assigned, runs_.at(entry.assigned).request.attempt, false});
    } else if (entry.reported_run && !entry.reported_run->finished) {
      desired.push_back({id, entry.reported_run->run, entry.reported_run->attempt, true});
    }
  }
  return desired;
}

std::vector<core::Board> Scheduler::Boards() const {
  std::vector<core::Board> boards;
  for (const auto& [id, entry] : boards_) boards.push_back(entry.board);
  return boards;
}

const core::Board* Scheduler::FindBoard(const BoardId& board) const {
  auto found = boards_.find(board);
  return found == boards_.end() ? nullptr : &found->second.board;
}

}  // namespace edgerack::scheduler
