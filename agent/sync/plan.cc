#include "agent/sync/plan.h"

namespace edgerack::agent {

SyncActions PlanSync(const std::map<BoardId, HeldRun>& have, const std::vector<Assignment>& want) {
  SyncActions actions;
  std::map<BoardId, const Assignment*> wanted;
  for (const Assignment& assignment : want) {
    if (!have.contains(assignment.board)) {
      actions.unknown.push_back(assignment.board);
    } else if (!assignment.cancelled) {
      wanted[assignment.board] = &assignment;
    }
  }
  for (const auto& [board, held] : have) {
    auto found = wanted.find(board);
    const Assignment* next = found == wanted.end() ? nullptr : found->second;
    auto is_wanted = [&](const RunKey& key) { return next != nullptr && next->key == key; };
    if (held.reported && !is_wanted(*held.reported)) {
      auto& list = held.reported_finished ? actions.forget : actions.cancel;
      list.push_back({board, *held.reported});
    }
    if (held.given && held.given != held.reported && !is_wanted(*held.given)) {
      actions.cancel.push_back({board, *held.given});
    }
    const bool has_it = next != nullptr && (held.given == next->key || held.reported == next->key);
    if (next != nullptr && !has_it) actions.start.push_back(*next);
  }
  return actions;
}

}  // namespace edgerack::agent
