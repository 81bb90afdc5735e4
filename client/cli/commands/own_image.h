// Somebody's own image in place of the resident firmware, as options of `run`.
#ifndef CLIENT_CLI_COMMANDS_OWN_IMAGE_H_
#define CLIENT_CLI_COMMANDS_OWN_IMAGE_H_

#include <string>

#include "client/cli/commands/command.h"

namespace edgerack::cli {

struct OwnImageArguments {
  std::string firmware;  // an ELF file; empty: the resident firmware runs
  std::string protocol;
  std::string input;  // a .npy, or raw bytes
};

// --firmware, --protocol, --input.
void DeclareOwnImage(CLI::App* command, OwnImageArguments& arguments);

// Uploads what the arguments name and puts it into the job. INVALID_ARGUMENT (BAD_USAGE) where
// --protocol or --input stand without --firmware, or --firmware without --protocol.
absl::Status AddOwnImage(Session& session, const OwnImageArguments& arguments, v1::JobSpec& spec);

// The bytes of a file, or of the array in a .npy file.
absl::StatusOr<std::string> InputBytes(const std::string& path);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_OWN_IMAGE_H_
