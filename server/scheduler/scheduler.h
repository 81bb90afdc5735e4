// Which run goes to which board, as indexed state and pure decisions: events come with the time,
// decisions go out as Actions. No clock, no threads, no I/O; owned by one sequence.
//
// Policy: first come, first served among the runs of one selector; a run waits for a board that is
// idle, not quarantined, connected, of its chip and matched by its selector. Failed attempts are
// tried again as retry_policy.h says, on another board of the same kind if the farm has one.
#ifndef SERVER_SCHEDULER_SCHEDULER_H_
#define SERVER_SCHEDULER_SCHEDULER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/core/agent_report.h"
#include "server/core/run_options.h"
#include "server/core/selector.h"
#include "server/scheduler/actions.h"

namespace edgerack::scheduler {

struct RunRequest {
  core::RunId id;
  int64_t order = 0;  // unique; smaller goes first
  core::Selector selector;
  core::BoardId pinned_board;  // empty = any that matches
  std::string chip;
  int attempt = 1;
  int board_failures = 0;
  std::vector<core::BoardId> tried_boards;
  core::StageTimeouts timeouts;
};

enum class RunEnd { kSucceeded, kFailed, kCancelled };

struct DesiredRun {
  core::BoardId board;
  core::RunId run;
  int attempt = 1;
  bool cancelled = false;  // the agent has it, nobody wants it
};

class Scheduler {
 public:
  // All times are of one steady clock, in milliseconds.

  // A board of an earlier life of the server: OFFLINE until its agent reports.
  void RestoreBoard(const core::Board& board, int64_t now_ms);
  // A run that an earlier life gave to `board`: its agent may still have it.
  Actions RestoreAssigned(RunRequest request, const core::BoardId& board, int64_t now_ms);
  // A run that is ready; it has waited `waited_ms` already (after a restart).
  Actions AddRun(RunRequest request, int64_t waited_ms, int64_t now_ms);
  // The whole state of an agent.
  Actions Report(const core::AgentReport& report, int64_t now_ms);
  // The run has ended for whatever reason and its board is free as soon as its agent says so.
  // Unknown runs are ignored.
  Actions EndRun(const core::RunId& run, RunEnd end, int64_t now_ms);
  // Timeouts and silent agents; call about once a second.
  Actions Tick(int64_t now_ms);

  // What the boards of an agent should be doing.
  std::vector<DesiredRun> Desired(const core::AgentId& agent) const;
  std::vector<core::Board> Boards() const;
  // nullptr when unknown; valid until the next event.
  const core::Board* FindBoard(const core::BoardId& board) const;
  bool HasRun(const core::RunId& run) const { return runs_.count(run) != 0; }
  size_t WaitingRuns() const { return deadlines_.size(); }

 private:
  enum class Phase { kWaiting, kAssigned, kMeasured };
  struct RunEntry {
    RunRequest request;
    Phase phase = Phase::kWaiting;
    int64_t queue_deadline_ms = 0;
    core::BoardId board;
    int64_t assign_ms = 0;
    bool seen = false;  // its agent has reported this attempt
  };
  struct ReportedRun {
    core::RunId run;
    int attempt = 0;
    bool finished = false;
  };
  struct BoardEntry {
    core::Board board;  // as published
    core::BoardState reported = core::BoardState::kOffline;
    std::string reported_reason;
    core::RunId assigned;
    std::optional<ReportedRun> reported_run;
    int64_t last_use_ms = 0;
  };
  struct AgentEntry {
    std::string boot_id;
    int64_t last_report_ms = 0;
    bool silent = true;
    std::set<core::BoardId> boards;
  };
  using Queue = std::map<int64_t, core::RunId>;  // by order

  static std::string QueueKey(const RunRequest& request);
  bool Suits(const RunRequest& request, const core::Board& board) const;
  std::string WhyNotFree(const RunRequest& request) const;
  bool IsFree(const BoardEntry& entry) const;
  bool IsAlive(const BoardEntry& entry) const;

  void Enqueue(RunEntry& run, int64_t deadline_ms);
  void Dequeue(const RunEntry& run);
  void Dispatch(int64_t now_ms, Actions& actions);
  // nullptr when the run should wait on.
  BoardEntry* Choose(const RunRequest& request, const std::set<core::BoardId>& free);
  void Assign(RunEntry& run, BoardEntry& board, int64_t now_ms, Actions& actions);

  void TakeBoard(AgentEntry& agent, const core::AgentReport& report, const core::BoardReport& board,
                 bool rebooted, int64_t now_ms, Actions& actions);
  void TakeRun(BoardEntry& board, const core::BoardReport& report, bool rebooted, int64_t now_ms,
               Actions& actions);
  void FailAttempt(const core::RunId& run, const core::Failure& failure, int64_t now_ms,
                   Actions& actions);
  void Release(const RunEntry& run, Actions& actions);
  void CheckAgents(int64_t now_ms, Actions& actions);
  void CheckAssigned(int64_t now_ms, Actions& actions);
  // Recomputes what is published of a board and notes a change.
  void Publish(BoardEntry& entry, Actions& actions);

  std::map<core::RunId, RunEntry> runs_;
  std::map<core::BoardId, BoardEntry> boards_;
  std::map<core::AgentId, AgentEntry> agents_;
  std::map<std::string, Queue> queues_;                  // of waiting runs, by QueueKey
  std::set<std::pair<int64_t, core::RunId>> deadlines_;  // of waiting runs
  std::set<core::RunId> assigned_;                       // runs that have a board
};

}  // namespace edgerack::scheduler

#endif  // SERVER_SCHEDULER_SCHEDULER_H_
