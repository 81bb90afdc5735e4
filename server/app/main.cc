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
#include "server/app/notify_settings.h"
#include "server/control/farm.h"
#include "server/control/suites/suites.h"
#include "server/notify/notifier.h"
#include "server/store/sqlite/sqlite_store.h"
#include "server/store/sqlite/sqlite_suite_store.h"

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
  app::NotifyOptions notify;
};

// Waits until the journal has written what it can of what it has.
void Flush(store::Journal& journal) {
  auto written = std::make_shared<std::promise<void>>();
  journal.Write({}, store::Durability::kReport,
                [written](const absl::Status&) { written->set_value(); });
  written->get_future().wait_for(std::chrono::seconds(5));
}

// Opens the doors and waits for a signal. Errors when a door cannot be opened.
absl::Status ServeUntilSignal(const app::Addresses& addresses,
                              const rest::HttpOptions& http_options, control::Farm& farm,
                              control::Suites& suites, metrics::Metrics& metrics,
                              sigset_t& stop_signals) {
  ER_RETURN_IF_ERROR(metrics.Serve(addresses.metrics));
  ER_ASSIGN_OR_RETURN(auto grpc, api::GrpcServer::Start(farm, suites, addresses.grpc));
  ER_ASSIGN_OR_RETURN(auto http, rest::HttpServer::Start(http_options, grpc->Channel(), metrics));
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
  ER_ASSIGN_OR_RETURN(auto suite_store,
                      store::SqliteSuiteStore::Open(data_dir->path() / "edgerack.sqlite"));
  ER_ASSIGN_OR_RETURN(auto notify_settings, app::ReadNotifySettings(options.notify));
  notify::Notifier notifier(std::move(notify_settings), notify::MakeCurlSender(), SystemClock());
  compile_client::CompileClient compiler(options.compile);
  metrics::Metrics metrics;
  ER_ASSIGN_OR_RETURN(
      auto farm,
      control::Farm::Start({SystemClock(), SystemIds(), catalog, *artifacts, database->journal(),
                            *database, *database, *database, *database, *database, *database,
                            *database, compiler, metrics, EDGERACK_VERSION}));
  ER_ASSIGN_OR_RETURN(
      auto suites,
      control::Suites::Start(*farm, *suite_store,
                             [&notifier](const core::SuiteRun& run, auto previous, auto done) {
                               notifier.Tell(run, previous, std::move(done));
                             }));
  const rest::HttpOptions http = {addresses.http, options.cors_origins, {}, share_dir / "web"};
  const int exit_code =
      Report(ServeUntilSignal(addresses, http, *farm, *suites, metrics, stop_signals));
  suites->Stop();
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
  app.add_option("--webhook", options.notify.webhooks,
                 "NAME=URL that suites may name to be told of their runs; may be given again")
      ->allow_extra_args(false);
  app.add_option("--webhook-key-file", options.notify.webhook_keys,
                 "NAME=FILE with the key that signs what a webhook gets; may be given again")
      ->allow_extra_args(false);
  app.add_option("--smtp", options.notify.smtp,
                 "Server that takes mail about suites' runs, e.g. smtp://mail.example.org:587");
  app.add_option("--mail-from", options.notify.mail_from, "Sender of that mail");
  app.add_option("--smtp-user", options.notify.smtp_user, "User at the mail server");
  app.add_option("--smtp-password-file", options.notify.smtp_password_file,
                 "File with that user's password");
  app.add_flag("--smtp-require-tls", options.notify.smtp_require_tls,
               "Send no mail where the server does not encrypt");
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
