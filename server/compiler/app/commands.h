// The commands of edgerack-compile. Each parses its own arguments and returns the exit status:
// 0 done, 1 refused, failed or does not fit, 2 wrong usage.
#ifndef SERVER_COMPILER_APP_COMMANDS_H_
#define SERVER_COMPILER_APP_COMMANDS_H_

#include <cstdint>

#include "base/error.h"

namespace edgerack::compiler {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

inline constexpr uint64_t kMaxModelBytes = 1ull << 30;

int CompileCommand(int argc, char** argv);
int RunCommand(int argc, char** argv);
int OpsCommand(int argc, char** argv);
int FindingsCommand(int argc, char** argv);
int PrepareCommand(int argc, char** argv);
int ShowCommand(int argc, char** argv);
int TraceCommand(int argc, char** argv);
int ValidateCommand(int argc, char** argv);

// Prints the error as one line to standard error and returns the exit status for it.
int ReportFailure(const absl::Status& status);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_COMMANDS_H_
