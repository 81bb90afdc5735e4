// The composition root of edgerack-server: the only place that knows every part.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>

#include "base/catalog/catalog.h"
#include "base/files.h"
#include "base/logging.h"
#include "server/api/grpc_server.h"
#include "server/api/rest/http_server.h"
#include "server/api/rest/openapi/openapi.h"
#include "server/app/data_dir.h"
#include "server/app/listen_address.h"
#include "server/control/farm.h"
#include "server/store/sqlite/sqlite_store.h"

namespace edgerack {
namespace {

struct Options {
  std::string dir;
  std::string listen = "127.0.0.1:7070";
  std::string http;
  std::string metrics;
  std::string compile = (ProgramDir() / "edgerack-compile").string();
  std::vector<std::string> cors_origins;
  std::string log_level = "info";
  bool insecure = false;
};

// Waits until the journal has written what it can of what it has.
void Flush(store::Journal& journal) {
  auto written = std::make_shared<std::promise<void>>();
  journal.Write({}, store::Durability::kReport,
                [written](const absl::Status&) { written->set_value(); });
  written->get_future().wait_for(std::chrono::seconds(5));
}

// Opens the doors and waits for a signal. Errors when a door cannot be opened.
absl::Status ServeUntilSignal(const app::Addresses& addresses, const Options& options,
                              control::Farm& farm, metrics::Metrics& metrics,
                              sigset_t& stop_signals) {
  ER_RETURN_IF_ERROR(metrics.Serve(addresses.metrics));
  ER_ASSIGN_OR_RETURN(auto grpc, api::GrpcServer::Start(farm, addresses.grpc));
  ER_ASSIGN_OR_RETURN(auto http, rest::HttpServer::Start({addresses.http, options.cors_origins, {}},
                                                         grpc->Channel(), metrics));
  spdlog::info("serves gRPC on {}, HTTP on {}, metrics on {}", addresses.grpc, addresses.http,
               addresses.metrics);
  std::puts("ready");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop_signals, &signal);
  spdlog::info("stops on signal {}", signal);
  return absl::OkStatus();
}

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  spdlog::critical("{}: {}", ErrorCodeOf(status), ErrorMessageOf(status));
  return 1;
}

// Returns only when the server cannot start.
absl::Status Serve(const Options& options, sigset_t& stop_signals) {
  ER_ASSIGN_OR_RETURN(auto addresses, app::ResolveAddresses(options.listen, options.http,
                                                            options.metrics, options.insecure));
  ER_ASSIGN_OR_RETURN(auto data_dir, app::DataDir::Open(options.dir));
  ER_ASSIGN_OR_RETURN(auto share_dir, ShareDir());
  ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share_dir));
  ER_ASSIGN_OR_RETURN(auto artifacts, store::ArtifactStore::Open(data_dir->path()));
  ER_ASSIGN_OR_RETURN(auto database,
                      store::SqliteStore::Open(data_dir->path() / "edgerack.sqlite"));
  compile_client::CompileClient compiler(options.compile);
  metrics::Metrics metrics;
  ER_ASSIGN_OR_RETURN(
      auto farm,
      control::Farm::Start({SystemClock(), SystemIds(), catalog, *artifacts, database->journal(),
                            *database, *database, *database, *database, *database, *database,
                            *database, compiler, metrics, EDGERACK_VERSION}));
  const int exit_code = Report(ServeUntilSignal(addresses, options, *farm, metrics, stop_signals));
  if (farm->Stop(/*wait_ms=*/2'000)) {
    database.reset();  // its last callbacks still reach the farm
    farm.reset();
  } else {
    // Compilations die with this process and begin again at the next start.
    Flush(database->journal());
    spdlog::info("stopped while compiling");
  }
  // Everything is on the disk. The metrics' web server would take two seconds to notice its end.
  std::_Exit(exit_code);
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Edgerack's server: takes jobs, compiles models, hands runs to agents, keeps results");
  app.set_version_flag("--version", EDGERACK_VERSION);
  app.add_option("--dir", options.dir, "Folder of database and artifacts; made if it is missing")
      ->required();
  app.add_option("--listen", options.listen, "gRPC address")->capture_default_str();
  app.add_option("--http", options.http, "HTTP address [gRPC port + 1]");
  app.add_option("--cors-origin", options.cors_origins,
                 "Origin of web pages that may call over HTTP, e.g. https://lab.example; * = all; "
                 "may be given again [none]")
      ->allow_extra_args(false);
  app.add_flag_callback(
      "--print-openapi",
      [] {
        std::puts(rest::OpenApiText().c_str());
        throw CLI::Success();
      },
      "Print the description of the REST API and stop");
  app.add_option("--metrics", options.metrics, "Prometheus address [gRPC port + 2]");
  app.add_option("--compile", options.compile, "The compiler program")->capture_default_str();
  app.add_option("--log-level", options.log_level, "trace, debug, info, warning, error or off")
      ->capture_default_str();
  app.add_flag("--insecure", options.insecure, "Allow addresses other than loopback without TLS");
  CLI11_PARSE(app, argc, argv);
  InitLogging("edgerack-server", options.log_level);

  // Before any thread starts: all inherit the mask, and only sigwait() sees these.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  return Report(Serve(options, stop_signals));
}

}  // namespace
}  // namespace edgerack

int main(int argc, char** argv) { return edgerack::Main(argc, argv); }
