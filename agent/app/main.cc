// edgerack-agent: the program that stands where the boards are.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "agent/app/agent.h"
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
      "discover", "Prints the ST-LINK probes of this machine as configuration entries");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (discover->parsed()) {
    std::fputs(AsConfig(DiscoverProbes("/sys", "/dev")).c_str(), stdout);
    return 0;
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
