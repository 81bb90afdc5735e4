// A board's state and health, in the words of the API.
#ifndef CLIENT_CLI_OUTPUT_BOARD_STATE_H_
#define CLIENT_CLI_OUTPUT_BOARD_STATE_H_

#include <string>

#include "edgerack/v1/boards.pb.h"

namespace edgerack::cli {

// "IDLE", or with the health where there is something to say: "IDLE SUSPECT".
inline std::string BoardStateText(const v1::Board& board) {
  std::string text = v1::Board::State_Name(board.state());
  if (board.health() == v1::Board::SUSPECT || board.health() == v1::Board::QUARANTINED) {
    text += " " + v1::Board::Health_Name(board.health());
  }
  return text;
}

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_BOARD_STATE_H_
