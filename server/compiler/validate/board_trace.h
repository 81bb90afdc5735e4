// What a board said of each layer: the file that `edgerack-compile validate --board-trace` takes.
// The server writes it (server/control/kept_trace.h, which has its keys).
#ifndef SERVER_COMPILER_VALIDATE_BOARD_TRACE_H_
#define SERVER_COMPILER_VALIDATE_BOARD_TRACE_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"

namespace edgerack::compiler {

struct BoardTrace {
  std::string package_sha256;
  int64_t samples = 0;
  std::string note;  // why there is less than was asked for
  std::vector<int64_t> sample_indices;
  std::string inputs;           // raw, of the traced samples
  std::vector<uint32_t> crc32;  // per sample, layer and output
  // By sample, layer and output: bytes of outputs that differed on the board, as many as were read.
  std::map<std::tuple<int64_t, int64_t, int64_t>, std::string> differing;
};

// BAD_BOARD_TRACE (USER) for text that is no such object.
absl::StatusOr<BoardTrace> ParseBoardTrace(const std::string& text);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_BOARD_TRACE_H_
