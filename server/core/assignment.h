// What one board should be doing, as the server tells its agent.
#ifndef SERVER_CORE_ASSIGNMENT_H_
#define SERVER_CORE_ASSIGNMENT_H_

#include "server/core/ids.h"
#include "server/core/protocol.h"
#include "server/core/run_options.h"
#include "server/core/run_plan.h"

namespace edgerack::core {

struct Assignment {
  BoardId board;
  RunId run;
  int attempt = 1;
  RunPlan plan;  // empty when cancelled
  RunOptions options;
  FirmwareId firmware;  // flashed in place of the resident firmware; empty = none
  Protocol protocol = Protocol::kLink;
  bool cancelled = false;  // stop and forget it
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_ASSIGNMENT_H_
