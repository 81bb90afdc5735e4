#include "server/api/rest/serve/http_exchange.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <boost/none.hpp>
#include <limits>

#include "absl/strings/match.h"
#include "server/api/rest/http/status.h"

namespace edgerack::rest {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

absl::Status Gone(const std::string& why) {
  return MakeError(absl::StatusCode::kCancelled, ErrorClass::kUser, "CLIENT_GONE",
                   "the request broke off: " + why);
}

}  // namespace

HttpExchange::HttpExchange(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                           const Limits& limits, std::shared_ptr<void> owner)
    : stream_(stream), buffer_(buffer), limits_(limits), owner_(std::move(owner)) {
  parser_.header_limit(limits.header_bytes);
  // Bodies are read in pieces; who reads one says how much he takes.
  parser_.body_limit(std::numeric_limits<int64_t>::max());
}

asio::awaitable<beast::error_code> HttpExchange::ReadHead(std::chrono::milliseconds patience) {
  beast::error_code error;
  stream_.expires_after(patience);
  co_await http::async_read_header(stream_, buffer_, parser_, Into(error));
  keep_alive_ = !error && parser_.keep_alive();
  waits_for_continue_ = absl::EqualsIgnoreCase(Header("Expect"), "100-continue");
  co_return error;
}

std::string HttpExchange::method() const { return std::string(parser_.get().method_string()); }
std::string HttpExchange::target() const { return std::string(parser_.get().target()); }

std::string HttpExchange::metric_method() const {
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (parser_.get().method_string() == known) return known;
  }
  return "other";
}

std::string HttpExchange::Header(std::string_view name) const {
  return std::string(parser_.get()[beast::string_view(name.data(), name.size())]);
}

int64_t HttpExchange::body_bytes() const {
  const auto length = parser_.content_length();
  if (length) return static_cast<int64_t>(*length);
  return parser_.is_done() ? 0 : -1;
}

asio::awaitable<void> HttpExchange::WriteContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (!std::exchange(waits_for_continue_, false)) co_return;
  beast::error_code error;
  stream_.expires_after(limits_.stall);
  co_await asio::async_write(stream_, asio::buffer(kContinue), Into(error));
}

asio::awaitable<absl::StatusOr<std::string>> HttpExchange::ReadSome() {
  co_await WriteContinue();
  std::string piece;
  while (piece.empty() && !parser_.is_done()) {
    piece.resize(kPieceBytes);
    auto& body = parser_.get().body();
    body.data = piece.data();
    body.size = piece.size();
    beast::error_code error;
    stream_.expires_after(limits_.stall);
    co_await http::async_read_some(stream_, buffer_, parser_, Into(error));
    piece.resize(piece.size() - body.size);
    if (!error || error == http::error::need_buffer) continue;
    if (!piece.empty()) break;  // the error comes again
    broken_ = true;
    co_return Gone(error.message());
  }
  co_return piece;
}

asio::awaitable<absl::StatusOr<std::string>> HttpExchange::ReadAll(size_t most_bytes) {
  const absl::Status too_large = MakeError(
      absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "BODY_TOO_LARGE",
      "the body is over " + std::to_string(most_bytes) + " bytes, more than this method takes");
  if (body_bytes() > static_cast<int64_t>(most_bytes)) co_return too_large;
  std::string body;
  while (true) {
    auto piece = co_await ReadSome();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) co_return body;
    body += *piece;
    if (body.size() > most_bytes) co_return too_large;
  }
}

void HttpExchange::AddHeader(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
}

template <typename Response>
void HttpExchange::SetHead(Response& response, const Answer& answer) {
  status_ = answer.status;
  response.result(static_cast<unsigned>(answer.status));
  response.reason(ReasonPhrase(answer.status));
  response.version(parser_.get().version());
  if (!answer.content_type.empty()) {
    response.set(http::field::content_type, answer.content_type);
    response.set("X-Content-Type-Options", "nosniff");
  }
  for (const HeaderFields& fields : {headers_, answer.headers}) {
    for (const auto& [name, value] : fields) response.insert(name, value);
  }
  // A client that was not told to send its body must not be waited for.
  if (waits_for_continue_) keep_alive_ = false;
  response.keep_alive(keep_alive_);
}

asio::awaitable<void> HttpExchange::Send(Answer answer) {
  http::response<http::string_body> response;
  SetHead(response, answer);
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (!bodiless) response.content_length(answer.body.size());
  if (!bodiless && method() != "HEAD") response.body() = std::move(answer.body);
  http::response_serializer<http::string_body> serializer(response);
  beast::error_code error;
  while (!error && !serializer.is_done()) {
    stream_.expires_after(limits_.stall);
    sent_bytes_ +=
        static_cast<int64_t>(co_await http::async_write_some(stream_, serializer, Into(error)));
  }
  broken_ |= static_cast<bool>(error);
}

asio::awaitable<bool> HttpExchange::Begin(Answer answer) {
  http::response<http::empty_body> response;
  chunked_ = parser_.get().version() >= 11;
  if (!chunked_) keep_alive_ = false;  // the end of the connection is the end of the answer
  SetHead(response, answer);
  response.chunked(chunked_);
  http::response_serializer<http::empty_body> serializer(response);
  beast::error_code error;
  stream_.expires_after(limits_.stall);
  co_await http::async_write_header(stream_, serializer, Into(error));
  broken_ |= static_cast<bool>(error);
  open_ended_ = method() != "HEAD";
  co_return open_ended_ && !broken_;
}

asio::awaitable<bool> HttpExchange::SendPiece(std::string_view bytes) {
  beast::error_code error;
  while (!error && !bytes.empty()) {
    const asio::const_buffer piece(bytes.data(), std::min(bytes.size(), kPieceBytes));
    bytes.remove_prefix(piece.size());
    sent_bytes_ += static_cast<int64_t>(piece.size());
    stream_.expires_after(limits_.stall);
    if (chunked_) {
      co_await asio::async_write(stream_, http::make_chunk(piece), Into(error));
    } else {
      co_await asio::async_write(stream_, piece, Into(error));
    }
  }
  broken_ |= static_cast<bool>(error);
  co_return !broken_;
}

asio::awaitable<void> HttpExchange::End() {
  if (!open_ended_ || broken_) co_return;
  open_ended_ = false;
  if (!chunked_) co_return;
  beast::error_code error;
  stream_.expires_after(limits_.stall);
  co_await asio::async_write(stream_, http::make_chunk_last(), Into(error));
  broken_ |= static_cast<bool>(error);
}

asio::awaitable<void> HttpExchange::Watch(beast::tcp_stream& stream,
                                          std::shared_ptr<HangUp> hang_up,
                                          std::shared_ptr<void> /*keeps the stream alive*/) {
  beast::error_code error;
  stream.socket().non_blocking(true, error);
  co_await stream.socket().async_wait(asio::ip::tcp::socket::wait_read, Into(error));
  if (!hang_up->callback) co_return;
  if (!error) {
    char next;
    stream.socket().receive(asio::buffer(&next, 1), asio::socket_base::message_peek, error);
    // The next request is here already: who sends it has not hung up.
    if (!error || error == asio::error::would_block) co_return;
  }
  hang_up->callback();
}

void HttpExchange::OnHangUp(std::function<void()> hung_up) {
  if (hang_up_) {
    hang_up_->callback = std::move(hung_up);
    return;
  }
  if (!hung_up) return;
  hang_up_ = std::make_shared<HangUp>(HangUp{std::move(hung_up)});
  asio::co_spawn(stream_.get_executor(), Watch(stream_, hang_up_, owner_), asio::detached);
}

asio::awaitable<bool> HttpExchange::CanGoOn(size_t most_drained_bytes) {
  size_t drained = 0;
  while (keep_alive_ && !broken_ && !open_ended_ && !parser_.is_done()) {
    auto piece = co_await ReadSome();
    if (!piece.ok()) co_return false;
    drained += piece->size();
    if (drained > most_drained_bytes) co_return false;
  }
  co_return keep_alive_ && !broken_ && !open_ended_;
}

}  // namespace edgerack::rest
