#include "server/api/rest/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "absl/strings/numbers.h"

namespace edgerack::api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr uint64_t kMostBodyBytes = 4096;
constexpr auto kPatience = std::chrono::seconds(10);

http::response<http::string_body> Answer(const http::request<http::string_body>& request) {
  http::response<http::string_body> response(http::status::ok, request.version());
  response.set(http::field::content_type, "application/json");
  response.keep_alive(request.keep_alive());
  if (request.target() != "/healthz") {
    response.result(http::status::not_found);
    response.body() = R"({"error":{"code":"NOT_FOUND","message":"only /healthz is served here"}})";
  } else if (request.method() != http::verb::get && request.method() != http::verb::head) {
    response.result(http::status::method_not_allowed);
    response.body() = R"({"error":{"code":"METHOD_NOT_ALLOWED","message":"use GET"}})";
  } else {
    response.body() = R"({"status":"ok"})";
  }
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// One connection; lives as long as an operation on it is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(tcp::socket socket) : stream_(std::move(socket)) {}

  void Read() {
    parser_.emplace();
    parser_->body_limit(kMostBodyBytes);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Write();
                     });
  }

 private:
  void Write() {
    response_ = Answer(parser_->get());
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code error, size_t) {
                        if (!error && self->response_.keep_alive()) self->Read();
                      });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{16'384};  // an over-long header is an error
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

class Running : public HttpServer {
 public:
  ~Running() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(const tcp::endpoint& endpoint) {
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure,
                       "ADDRESS_IN_USE", "cannot listen for HTTP: " + error.message());
    }
    Accept();
    thread_ = std::thread([this] { context_.run(); });
    return absl::OkStatus();
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) std::make_shared<Session>(std::move(socket))->Read();
      if (error != asio::error::operation_aborted) Accept();
    });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  std::thread thread_;
};

absl::StatusOr<tcp::endpoint> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = colon == std::string::npos ? "" : address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  int port = 0;
  beast::error_code error;
  auto ip = asio::ip::make_address(host, error);
  if (error || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_ADDRESS",
                     "\"" + address + "\" is not an address like 127.0.0.1:8081");
  }
  return tcp::endpoint(ip, static_cast<uint16_t>(port));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address) {
  ER_ASSIGN_OR_RETURN(tcp::endpoint endpoint, ParseAddress(address));
  auto server = std::make_unique<Running>();
  ER_RETURN_IF_ERROR(Annotate(server->Listen(endpoint), address));
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace edgerack::api
