// What commands that start a job share: the options of compiler and run, and the upload of files.
#ifndef CLIENT_CLI_COMMANDS_SUBMISSION_H_
#define CLIENT_CLI_COMMANDS_SUBMISSION_H_

#include <string>
#include <vector>

#include "client/cli/commands/command.h"

namespace edgerack::cli {

struct SubmissionArguments {
  std::string model;  // a file, or the id of one that was uploaded; empty: no model
  std::string board;  // a selector
  std::string quantize = "none";
  std::string calibration;  // a file
  std::vector<std::string> options;
};

// MODEL, --board, --quantize, --calibration, --option.
void DeclareSubmission(CLI::App* command, SubmissionArguments& arguments);

// A job of these arguments; the files are uploaded. INVALID_ARGUMENT (BAD_OPTION) for an option
// that is not K=V, errors of the server.
absl::StatusOr<v1::JobSpec> MakeSpec(Session& session, const SubmissionArguments& arguments);
absl::StatusOr<v1::Job> Submit(Session& session, const v1::JobSpec& spec);

// The model that `reference` names: a file, which is uploaded, or at least 6 digits of an id.
// NOT_FOUND (MODEL_NOT_FOUND, FILE_NOT_FOUND), INVALID_ARGUMENT (AMBIGUOUS_ID).
absl::StatusOr<v1::Model> FindOrUploadModel(Session& session, const std::string& reference);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_SUBMISSION_H_
