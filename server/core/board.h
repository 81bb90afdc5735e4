// A board of the farm as the server knows it. State and health are two axes.
#ifndef SERVER_CORE_BOARD_H_
#define SERVER_CORE_BOARD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/ids.h"

namespace edgerack::core {

enum class BoardState { kIdle, kBusy, kRecovering, kOffline, kReserved };
enum class BoardHealth { kHealthy, kSuspect, kQuarantined };

// "IDLE", …: the spelling of the API and the database.
const char* BoardStateName(BoardState state);
const char* BoardHealthName(BoardHealth health);
// Unknown names give OFFLINE and SUSPECT.
BoardState ParseBoardState(std::string_view name);
BoardHealth ParseBoardHealth(std::string_view name);

struct Board {
  BoardId id;
  std::string kind;
  std::string chip;
  std::string family;
  std::string uid;  // 24 hex digits, empty until the board answered once
  bool is_virtual = false;
  BoardState state = BoardState::kOffline;
  BoardHealth health = BoardHealth::kHealthy;
  std::string reason;  // why it is not idle or not healthy
  AgentId agent;
  std::vector<std::string> tags;
  std::string firmware_build_id;
  RunId run;  // empty when none
  int64_t last_seen_time_ms = 0;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_BOARD_H_
