#include "server/core/board.h"

namespace edgerack::core {

const char* BoardStateName(BoardState state) {
  switch (state) {
    case BoardState::kIdle:
      return "IDLE";
    case BoardState::kBusy:
      return "BUSY";
    case BoardState::kRecovering:
      return "RECOVERING";
    case BoardState::kOffline:
      return "OFFLINE";
    case BoardState::kReserved:
      return "RESERVED";
  }
  return "OFFLINE";
}

const char* BoardHealthName(BoardHealth health) {
  switch (health) {
    case BoardHealth::kHealthy:
      return "HEALTHY";
    case BoardHealth::kSuspect:
      return "SUSPECT";
    case BoardHealth::kQuarantined:
      return "QUARANTINED";
  }
  return "SUSPECT";
}

BoardState ParseBoardState(std::string_view name) {
  for (BoardState state : {BoardState::kIdle, BoardState::kBusy, BoardState::kRecovering,
                           BoardState::kOffline, BoardState::kReserved}) {
    if (name == BoardStateName(state)) return state;
  }
  return BoardState::kOffline;
}

BoardHealth ParseBoardHealth(std::string_view name) {
  for (BoardHealth health :
       {BoardHealth::kHealthy, BoardHealth::kSuspect, BoardHealth::kQuarantined}) {
    if (name == BoardHealthName(health)) return health;
  }
  return BoardHealth::kSuspect;
}

}  // namespace edgerack::core
