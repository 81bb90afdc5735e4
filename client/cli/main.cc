// `edgerack`: the command line of people and scripts. See docs/cli.md.
#include <CLI/CLI.hpp>

#include "base/text/table.h"
#include "client/cli/commands/command.h"
#include "client/cli/output/terminal.h"

int main(int argc, char** argv) {
  using edgerack::cli::kUsage;
  edgerack::cli::Session session;
  CLI::App app("Edgerack: what a neural network does on a real microcontroller", "edgerack");
  app.set_version_flag("--version", EDGERACK_VERSION);
  app.require_subcommand(1);
  app.fallthrough();  // global options may stand behind the command too
  app.add_option("--server", session.server, "HOST:PORT of the server")->envname("EDGERACK_SERVER");
  app.add_flag("--json", session.json, "print one JSON document and nothing else");
  edgerack::cli::AddRunCommand(app, session);
  edgerack::cli::AddValidateCommand(app, session);
  edgerack::cli::AddMlperfCommand(app, session);
  edgerack::cli::AddInferCommand(app, session);
  edgerack::cli::AddDoctorCommand(app, session);
  edgerack::cli::AddEstimateCommand(app, session);
  edgerack::cli::AddExplainCommand(app, session);
  edgerack::cli::AddSweepCommand(app, session);
  edgerack::cli::AddSuitesCommand(app, session);
  edgerack::cli::AddCompareCommand(app, session);
  edgerack::cli::AddReplayCommand(app, session);
  edgerack::cli::AddJobsCommand(app, session);
  edgerack::cli::AddResultsCommand(app, session);
  edgerack::cli::AddBoardsCommand(app, session);
  edgerack::cli::AddModelsCommand(app, session);
  edgerack::cli::AddTopCommand(app, session);
  edgerack::cli::AddCompletionCommand(app, session);
  edgerack::Table::FitTo(edgerack::cli::StandardOutput().columns);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kUsage;
  }
  return session.exit_code;
}
