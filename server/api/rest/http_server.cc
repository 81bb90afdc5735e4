#include "server/api/rest/http_server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/numbers.h"
#include "server/api/rest/openapi/openapi.h"
#include "server/api/rest/routes/api_descriptors.h"
#include "server/api/rest/serve/connection.h"

namespace edgerack::rest {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr int kThreads = 2;
constexpr auto kSweep = std::chrono::minutes(1);
constexpr auto kPauseAfterError = std::chrono::milliseconds(100);  // no file descriptors, mostly

class Running : public HttpServer {
 public:
  Running(RouteTable routes, const HttpOptions& options, std::shared_ptr<grpc::Channel> channel,
          metrics::Metrics& metrics)
      : gateway_{std::move(routes),
                 std::move(channel),
                 OriginPolicy(options.cors_origins),
                 options.limits,
                 OpenApiText(),
                 Site::Load(options.site_dir),
                 metrics,
                 UploadSessions(options.limits.upload_sessions, options.limits.upload_session)} {}

  ~Running() override {
    asio::post(strand_, [this] {
      stopped_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      sweep_.cancel();
    });
    {
      std::lock_guard lock(mutex_);
      for (const auto& connection : connections_) connection->Stop();
    }
    // Every coroutine ends: its socket is closed, its call cancelled.
    for (std::thread& thread : threads_) thread.join();
    gateway_.uploads.DropAll();
  }

  absl::Status Listen(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure,
                       "ADDRESS_IN_USE", "cannot listen for HTTP: " + error.message());
    }
    asio::co_spawn(strand_, Accept(), Report);
    asio::co_spawn(strand_, Sweep(), Report);
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { context_.run(); });
    return absl::OkStatus();
  }

 private:
  // An exception ends one connection, never the server.
  static void Report(std::exception_ptr thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      spdlog::error("http: a connection ended with an exception: {}", error.what());
    }
  }

  asio::awaitable<void> Accept() {
    while (!stopped_) {
      error_code error;
      tcp::socket socket(asio::make_strand(context_));
      co_await acceptor_.async_accept(socket, Into(error));
      if (stopped_) break;
      if (!error) {
        Serve(std::move(socket));
        continue;
      }
      pause_.expires_after(kPauseAfterError);
      co_await pause_.async_wait(Into(error));
    }
  }

  // On the strand. A client too many is closed at once.
  void Serve(tcp::socket socket) {
    auto executor = socket.get_executor();
    auto connection = std::make_shared<Connection>(std::move(socket), gateway_);
    {
      std::lock_guard lock(mutex_);
      if (connections_.size() >= gateway_.limits.connections) return;
      connections_.insert(connection);
    }
    asio::co_spawn(
        executor, [connection] { return connection->Serve(); },
        [this, connection](std::exception_ptr thrown) {
          Report(thrown);
          std::lock_guard lock(mutex_);
          connections_.erase(connection);
        });
  }

  asio::awaitable<void> Sweep() {
    while (!stopped_) {
      error_code woken;
      sweep_.expires_after(kSweep);
      co_await sweep_.async_wait(Into(woken));
      gateway_.uploads.DropExpired();
    }
  }

  Gateway gateway_;
  asio::io_context context_{kThreads};
  asio::strand<asio::io_context::executor_type> strand_ = asio::make_strand(context_);
  tcp::acceptor acceptor_{strand_};
  asio::steady_timer sweep_{strand_};
  asio::steady_timer pause_{strand_};
  bool stopped_ = false;  // on the strand
  std::mutex mutex_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::vector<std::thread> threads_;
};

absl::StatusOr<tcp::endpoint> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = colon == std::string::npos ? "" : address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  int port = 0;
  error_code error;
  auto ip = asio::ip::make_address(host, error);
  if (error || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ADDRESS",
                     "\"" + address + "\" is not an address like 127.0.0.1:8081");
  }
  return tcp::endpoint(ip, static_cast<uint16_t>(port));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const HttpOptions& options, std::shared_ptr<grpc::Channel> channel, metrics::Metrics& metrics) {
  ER_ASSIGN_OR_RETURN(tcp::endpoint endpoint, ParseAddress(options.address));
  ER_ASSIGN_OR_RETURN(RouteTable routes, RouteTable::Build(ApiServices()));
  auto server = std::make_unique<Running>(std::move(routes), options, std::move(channel), metrics);
  ER_RETURN_IF_ERROR(Annotate(server->Listen(endpoint), options.address));
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace edgerack::rest
