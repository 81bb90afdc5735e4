#include "server/api/rest/serve/connection.h"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <chrono>

#include "server/api/rest/serve/dispatch.h"
#include "server/api/rest/serve/handlers.h"
#include "server/api/rest/serve/http_exchange.h"

namespace edgerack::rest {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Steady = std::chrono::steady_clock;

constexpr auto kLinger = std::chrono::seconds(2);
constexpr size_t kMostDrainedBytes = 64 << 10;

absl::Status HeadError(beast::error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "HEADER_TOO_LARGE",
                     "the request's head is longer than this server reads");
  }
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_HTTP_REQUEST",
                   "this is no HTTP request: " + error.message());
}

// True where there is somebody to tell: the bytes that came are no HTTP.
bool IsMalformed(beast::error_code error) {
  return error.category() == make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Gateway& gateway)
    : gateway_(gateway),
      stream_(std::move(socket)),
      buffer_(gateway.limits.header_bytes + HttpExchange::kPieceBytes) {}

asio::awaitable<void> Connection::Serve() {
  bool first = true;
  while (co_await ServeOne(std::exchange(first, false))) {
  }
  co_await Close();
}

asio::awaitable<bool> Connection::ServeOne(bool first) {
  HttpExchange exchange(stream_, buffer_, gateway_.limits, shared_from_this());
  const beast::error_code failed =
      co_await exchange.ReadHead(first ? gateway_.limits.header : gateway_.limits.idle);
  if (failed && !IsMalformed(failed)) co_return false;
  const auto began = Steady::now();
  if (failed) {
    const absl::Status error = HeadError(failed);
    exchange.KeepAlive(false);
    co_await SendError(exchange, error);
  } else {
    co_await AnswerRequest(gateway_, exchange);
  }
  exchange.OnHangUp(nullptr);
  const std::chrono::duration<double> took = Steady::now() - began;
  gateway_.metrics.ObserveHttpRequest(exchange.metric_method(), exchange.route, exchange.status(),
                                      took.count());
  spdlog::debug("http {} {} -> {}, {} bytes, {:.1f} ms", exchange.method(), exchange.target(),
                exchange.status(), exchange.sent_bytes(), took.count() * 1e3);
  co_return co_await exchange.CanGoOn(kMostDrainedBytes);
}

// An answer that is on its way is lost when a socket closes with bytes unread.
asio::awaitable<void> Connection::Close() {
  beast::error_code error;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream_.expires_after(kLinger);
  std::array<char, 4096> unread;
  while (!error) {
    co_await stream_.async_read_some(asio::buffer(unread), Into(error));
  }
  stream_.close();
}

void Connection::Stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->stream_.close(); });
}

}  // namespace edgerack::rest
