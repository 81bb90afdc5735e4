// Exit statuses that scripts rely on.
#ifndef CLIENT_CLI_EXIT_CODE_H_
#define CLIENT_CLI_EXIT_CODE_H_

namespace edgerack::cli {

enum ExitCode {
  kSucceeded = 0,
  kFailed = 1,  // the job or comparison failed, or a regression was found
  kUsage = 2,
  kNotReached = 3,  // the server
  kCancelled = 4,
};

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_EXIT_CODE_H_
