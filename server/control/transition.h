// One step of the farm's state: collects what changed and what follows, writes it, and lets the
// consequences happen only after it is durable. Lives on the sequence, within one task.
#ifndef SERVER_CONTROL_TRANSITION_H_
#define SERVER_CONTROL_TRANSITION_H_

#include <functional>
#include <set>
#include <vector>

#include "server/control/farm_context.h"

namespace edgerack::control {

class Transition {
 public:
  explicit Transition(FarmContext& context) : context_(context) {}

  // The job is written and published as it is at Commit(); if all its runs have ended, it ends and
  // leaves the table.
  void Change(const core::JobId& job) { changed_jobs_.insert(job); }
  // The job is published, not written: nothing changed that must survive.
  void Show(const core::JobId& job) { shown_jobs_.insert(job); }
  void ChangeBoard(const core::BoardId& board) { changed_boards_.insert(board); }
  void ShowBoard(const core::BoardId& board) { shown_boards_.insert(board); }
  // The agent, if connected, is told what it should be doing as of Commit().
  void Tell(const core::AgentId& agent) { told_agents_.insert(agent); }
  void Add(core::Result result) { batch_.results.push_back(std::move(result)); }
  void Add(store::CompileCacheEntry entry) { batch_.compiled.push_back(std::move(entry)); }
  void Add(store::PreparedCacheEntry entry) { batch_.prepared.push_back(std::move(entry)); }
  // Runs on the sequence when all of this is durable, after the publications.
  void Then(std::function<void()> effect) { effects_.push_back(std::move(effect)); }

  // Call once, last.
  void Commit();

 private:
  std::vector<core::Assignment> AssignmentsOf(const core::AgentId& agent);

  FarmContext& context_;
  store::WriteBatch batch_;
  std::set<core::JobId> changed_jobs_;
  std::set<core::JobId> shown_jobs_;
  std::set<core::BoardId> changed_boards_;
  std::set<core::BoardId> shown_boards_;
  std::set<core::AgentId> told_agents_;
  std::vector<std::function<void()>> effects_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_TRANSITION_H_
