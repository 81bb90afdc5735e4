// What standard output is: how wide, and whether it takes colours.
#ifndef CLIENT_CLI_OUTPUT_TERMINAL_H_
#define CLIENT_CLI_OUTPUT_TERMINAL_H_

#include <cstddef>
#include <string>

namespace edgerack::cli {

struct Terminal {
  bool is_terminal = false;
  size_t columns = 0;   // 0 = not known, or no terminal: lines are as long as they like
  bool colors = false;  // never on a file or pipe, with NO_COLOR set, or where TERM is dumb
};

// Of this process, as it is now.
Terminal StandardOutput();

// Verdicts and states in the colours of a traffic light.
std::string Colored(const std::string& text);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_TERMINAL_H_
