// What the scheduler decided; control persists it, then carries it out.
#ifndef SERVER_SCHEDULER_ACTIONS_H_
#define SERVER_SCHEDULER_ACTIONS_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/agent_report.h"

namespace edgerack::scheduler {

struct Assigned {
  core::RunId run;
  core::BoardId board;
  int attempt = 1;
};

// The attempt failed, and the run waits for another one.
struct Retried {
  core::RunId run;
  int next_attempt = 2;
  int board_failures = 0;
  std::vector<core::BoardId> tried_boards;
  core::Failure failure;
};

struct Failed {
  core::RunId run;
  core::Failure failure;
};

// The board's outcome is here. The run keeps its board until EndRun().
struct Measured {
  core::RunId run;
  core::RunReport report;
};

struct Progress {
  core::RunId run;
  std::string stage;
  std::optional<double> progress;
};

struct Actions {
  std::vector<Assigned> assigned;
  std::vector<Retried> retried;
  std::vector<Failed> failed;
  std::vector<Measured> measured;
  std::vector<Progress> progress;
  std::set<core::BoardId> changed_boards;
  // Their desired state is another than before.
  std::set<core::AgentId> changed_agents;
  // For the log: reports that contradict each other.
  std::vector<std::string> warnings;
};

}  // namespace edgerack::scheduler

#endif  // SERVER_SCHEDULER_ACTIONS_H_
