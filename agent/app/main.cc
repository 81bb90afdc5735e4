// edgerack-agent: the program that stands where the boards are.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "agent/app/agent.h"
#include "agent/app/ask_identity.h"
#include "agent/app/config.h"
#include "agent/app/discover.h"
#include "agent/sync/convert.h"
#include "base/files.h"
#include "base/logging.h"

namespace edgerack::agent {
namespace {

absl::Status Serve(const std::string& config_file) {
  ER_ASSIGN_OR_RETURN(std::string text, ReadFile(config_file, 1 << 20));
  ER_ASSIGN_OR_RETURN(AgentConfig config, ParseAgentConfig(text, config_file));
  ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share));
  ER_ASSIGN_OR_RETURN(std::unique_ptr<Agent> agent, Agent::Build(config, catalog));
  // gRPC's threads may still hold the callback of a download, so the agent is never destroyed.
  Agent* running = agent.release();
  running->Run([] {
    std::puts("ready");
    std::fflush(stdout);
  });
  return absl::OkStatus();
}

// Prints the boards of this machine, or writes them as a configuration that `--config` takes.
absl::Status Discover(const std::string& to, const std::string& server) {
  constexpr int64_t kAnswerMs = 2'000;
  ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share));
  const std::string boards = AsConfig(AskBoards(
      DiscoverProbes("/sys", "/dev"), catalog,
      [](const std::string& port, uint32_t baud) { return AskIdentity(port, baud, kAnswerMs); }));
  if (to.empty()) {
    std::fputs(boards.c_str(), stdout);
    return absl::OkStatus();
  }
  if (std::filesystem::exists(to)) {
    return MakeError(absl::StatusCode::kAlreadyExists, ErrorClass::kUser, "FILE_EXISTS",
                     to + " is there already; choose another name, or print without --write and "
                          "copy what is new");
  }
  return WriteFileAtomic(to, "[agent]\nid = \"local\"\nserver = \"" + server +
                                 "\"\nstate_dir = \"/var/lib/edgerack-agent\"\n\n" + boards);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Connects boards to an Edgerack server: flashes them, runs models on them, reports.");
  app.set_version_flag("--version", AgentVersion());
  std::string config_file;
  std::string log_level = "info";
  auto* config = app.add_option("--config", config_file, "the agent's configuration, a TOML file");
  app.add_option("--log-level", log_level, "trace, debug, info, warning, error or off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}));
  CLI::App* discover = app.add_subcommand(
      "discover",
      "Finds the ST-LINK probes of this machine and their serial ports, asks each board who it is, "
      "and prints them as configuration entries");
  std::string write_to;
  std::string server = "127.0.0.1:7700";
  discover->add_option("--write", write_to,
                       "a new file for a whole configuration, e.g. boards.toml");
  discover->add_option("--server", server, "the server that the written configuration names");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (discover->parsed()) {
    const absl::Status status = Discover(write_to, server);
    if (!status.ok()) std::fprintf(stderr, "edgerack-agent: %s\n", ErrorMessageOf(status).c_str());
    return status.ok() ? 0 : 1;
  }
  if (config->empty()) {
    std::fprintf(stderr, "edgerack-agent: --config FILE is missing; --help shows the usage\n");
    return 2;
  }
  InitLogging("edgerack-agent", log_level);
  absl::Status status = Serve(config_file);
  if (status.ok()) return 0;
  std::fprintf(stderr, "edgerack-agent: %s: %s\n", ErrorCodeOf(status).c_str(),
               ErrorMessageOf(status).c_str());
  return 1;
}

}  // namespace
}  // namespace edgerack::agent

int main(int argc, char** argv) { return edgerack::agent::Main(argc, argv); }
