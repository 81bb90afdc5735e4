// What every command of `edgerack` shares: the global options, the way to the server, the way out.
#ifndef CLIENT_CLI_COMMANDS_COMMAND_H_
#define CLIENT_CLI_COMMANDS_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "client/cli/exit_code.h"
#include "client/cli/rpc/connection.h"

namespace edgerack::cli {

class Session {
 public:
  std::string server = "127.0.0.1:7700";
  bool json = false;
  int exit_code = kSucceeded;  // of the command that ran

  // Made on first use.
  Connection& connection();

  // With --json the document, else `text`, colored on a terminal. Nothing else may be written to
  // standard output.
  void Print(const nlohmann::ordered_json& document, const std::string& text) const;
  // The same for text that programs read: never colored.
  void PrintPlain(const nlohmann::ordered_json& document, const std::string& text) const;
  // The error as {"error":{…}} or as one line on standard error, and the exit code it means.
  int Report(const absl::Status& status) const;

 private:
  std::unique_ptr<Connection> connection_;
};

// Makes `command` run `body`, whose return value becomes the exit code.
void OnRun(CLI::App* command, Session& session, std::function<int()> body);

// "models", "abc" → "models/abc"; a full name stays as it is.
std::string ResourceName(const std::string& collection, const std::string& id);
std::string ShortId(const std::string& id);

void AddBoardsCommand(CLI::App& app, Session& session);
void AddCompareCommand(CLI::App& app, Session& session);
void AddCompletionCommand(CLI::App& app, Session& session);
void AddDoctorCommand(CLI::App& app, Session& session);
void AddEstimateCommand(CLI::App& app, Session& session);
void AddExplainCommand(CLI::App& app, Session& session);
void AddInferCommand(CLI::App& app, Session& session);
void AddJobsCommand(CLI::App& app, Session& session);
void AddMlperfCommand(CLI::App& app, Session& session);
void AddModelsCommand(CLI::App& app, Session& session);
void AddReplayCommand(CLI::App& app, Session& session);
void AddResultsCommand(CLI::App& app, Session& session);
void AddRunCommand(CLI::App& app, Session& session);
void AddSuitesCommand(CLI::App& app, Session& session);
void AddSweepCommand(CLI::App& app, Session& session);
void AddTopCommand(CLI::App& app, Session& session);
void AddValidateCommand(CLI::App& app, Session& session);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_COMMANDS_COMMAND_H_
