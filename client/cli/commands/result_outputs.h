// What a model answered, from the server into a file.
#ifndef CLIENT_CLI_COMMANDS_RESULT_OUTPUTS_H_
#define CLIENT_CLI_COMMANDS_RESULT_OUTPUTS_H_

#include <string>

#include "client/cli/commands/command.h"

namespace edgerack::cli {

struct OutputsChoice {
  bool host = false;  // the host's reference instead of the board's outputs
  bool real = false;  // real values (float32) instead of the model's own type
};

struct FetchedOutputs {
  v1::ResultOutputs outputs;
  std::string npz;  // an array for each output, samples first
};

// Of "results/{id}". NOT_FOUND, FAILED_PRECONDITION (OUTPUTS_NOT_KEPT).
absl::StatusOr<FetchedOutputs> FetchOutputs(Session& session, const std::string& result,
                                            const OutputsChoice& choice);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_RESULT_OUTPUTS_H_
