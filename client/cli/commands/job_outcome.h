// How a command that waits for a job ends: the report it prints and its exit code.
#ifndef CLIENT_CLI_COMMANDS_JOB_OUTCOME_H_
#define CLIENT_CLI_COMMANDS_JOB_OUTCOME_H_

#include "client/cli/commands/command.h"

namespace edgerack::cli {

// Follows the job to its end with a line of progress on standard error. The last message carries
// the results.
absl::StatusOr<v1::WatchJobResponse> Follow(Session& session, const std::string& job_name);

// Follows the job, then prints job and results.
int WatchToEnd(Session& session, const std::string& job_name);

// Job and results as one document, and the exit code they mean.
int PrintOutcome(const Session& session, const v1::WatchJobResponse& outcome);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_JOB_OUTCOME_H_
