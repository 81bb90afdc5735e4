// A run of a suite from begin to end.
#ifndef CLIENT_CLI_COMMANDS_SUITE_RUN_H_
#define CLIENT_CLI_COMMANDS_SUITE_RUN_H_

#include <string>

#include "client/cli/commands/command.h"

namespace edgerack::cli {

// Paths; empty = not written.
struct ReportFiles {
  std::string junit;
  std::string markdown;
  std::string html;
  std::string json;
};

struct SuiteRunArguments {
  std::string suite;  // a file or an id
  std::string trigger;
  bool detach = false;
  ReportFiles reports;
};

// The exit code: 0 passed, 1 a regression or a case that was not measured, 4 cancelled.
int RunSuite(Session& session, const SuiteRunArguments& arguments);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_SUITE_RUN_H_
