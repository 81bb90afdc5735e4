// What the agent does when the server's wishes and its own state differ. A pure function: the
// stream may be lost and come back at any moment without a step being taken twice or never.
#ifndef AGENT_SYNC_PLAN_H_
#define AGENT_SYNC_PLAN_H_

#include <map>
#include <optional>
#include <vector>

#include "agent/board/types.h"

namespace edgerack::agent {

// What the agent knows of one board's run.
struct HeldRun {
  // Given to the board's actor; its report may not show it yet.
  std::optional<RunKey> given;
  // In the actor's last report.
  std::optional<RunKey> reported;
  bool reported_finished = false;
};

struct BoardAndRun {
  BoardId board;
  RunKey key;
  bool operator==(const BoardAndRun&) const = default;
};

struct SyncActions {
  std::vector<BoardAndRun> cancel;
  std::vector<BoardAndRun> forget;  // a finished outcome that the server has
  std::vector<Assignment> start;
  std::vector<BoardId> unknown;  // boards this agent does not have
};

// A board without an uncancelled assignment in `want` should be idle. Cancel and forget come before
// start.
SyncActions PlanSync(const std::map<BoardId, HeldRun>& have, const std::vector<Assignment>& want);

}  // namespace edgerack::agent

#endif  // AGENT_SYNC_PLAN_H_
