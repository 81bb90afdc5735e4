// The functions of a firmware image, and which of them samples of the program counter fell into.
#ifndef AGENT_BOARD_FUNCTION_TABLE_H_
#define AGENT_BOARD_FUNCTION_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agent/board/types.h"

namespace edgerack::agent {

class FunctionTable {
 public:
  // The build's list beside the image: a line each, by address, "ADDRESS BYTES NAME FILE" with a
  // hexadecimal address. INVALID_ARGUMENT (BAD_FUNCTION_LIST, INFRASTRUCTURE), naming the line.
  static absl::StatusOr<FunctionTable> Parse(const std::string& text);

  // Samples per function, the most first. Those that fell where no function is count for a function
  // without a name.
  std::vector<FunctionSamples> Count(const std::vector<uint32_t>& program_counters) const;

 private:
  struct Function {
    uint32_t address = 0;
    uint32_t bytes = 0;
    std::string name;
    std::string file;  // empty = the library's
  };

  std::vector<Function> functions_;  // by address
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_FUNCTION_TABLE_H_
