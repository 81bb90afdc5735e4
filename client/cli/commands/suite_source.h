// A suite that the command line names: its file, which is taken to the server, or its id.
#ifndef CLIENT_CLI_COMMANDS_SUITE_SOURCE_H_
#define CLIENT_CLI_COMMANDS_SUITE_SOURCE_H_

#include <string>

#include "client/cli/commands/command.h"

namespace edgerack::cli {

// Uploads the file's models and datasets (paths are relative to the file) and makes or changes the
// suite. BAD_SUITE_FILE, errors of files and of the server.
absl::StatusOr<v1::Suite> ApplySuiteFile(Session& session, const std::string& path);

// The same for a file that exists; else the suite with that id, "suites/{id}" too.
absl::StatusOr<v1::Suite> FindOrApplySuite(Session& session, const std::string& reference);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_SUITE_SOURCE_H_
