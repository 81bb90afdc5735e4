// What an agent says about itself and its boards: everything it has, each time.
#ifndef SERVER_CORE_AGENT_REPORT_H_
#define SERVER_CORE_AGENT_REPORT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/core/board.h"
#include "server/core/failure.h"
#include "server/core/ids.h"
#include "server/core/measurement.h"
#include "server/core/result.h"

namespace edgerack::core {

struct RunReport {
  RunId run;
  int attempt = 0;
  std::string stage;
  std::optional<double> progress;
  std::vector<Stage> stages;
  bool finished = false;
  // When finished: exactly one of the two.
  std::optional<Failure> error;
  std::shared_ptr<const Measurement> measurement;
};

struct BoardReport {
  Board board;  // id, kind, chip, family, virtual, tags, state, reason, uid, firmware_build_id
  std::optional<RunReport> run;
};

struct AgentReport {
  AgentId agent;
  std::string boot_id;  // a new one tells that the agent forgot its runs
  std::string version;
  std::vector<BoardReport> boards;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_AGENT_REPORT_H_
