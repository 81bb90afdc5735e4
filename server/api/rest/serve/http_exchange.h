// A request on a connection, read and answered with Boost.Beast.
#ifndef SERVER_API_REST_SERVE_HTTP_EXCHANGE_H_
#define SERVER_API_REST_SERVE_HTTP_EXCHANGE_H_

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <memory>

#include "server/api/rest/serve/asio.h"
#include "server/api/rest/serve/exchange.h"
#include "server/api/rest/serve/limits.h"

namespace edgerack::rest {

class HttpExchange : public Exchange {
 public:
  static constexpr size_t kPieceBytes = 64 << 10;

  // `owner` keeps stream and buffer alive while the hang-up watch waits.
  HttpExchange(boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer,
               const Limits& limits, std::shared_ptr<void> owner);

  asio::awaitable<boost::beast::error_code> ReadHead(std::chrono::milliseconds patience);
  // After the answer: true when the connection can take the next request. Reads what is left of a
  // short body.
  asio::awaitable<bool> CanGoOn(size_t most_drained_bytes);

  std::string method() const override;
  std::string target() const override;
  std::string Header(std::string_view name) const override;
  int64_t body_bytes() const override;
  asio::awaitable<absl::StatusOr<std::string>> ReadSome() override;
  asio::awaitable<absl::StatusOr<std::string>> ReadAll(size_t most_bytes) override;
  void AddHeader(std::string name, std::string value) override;
  asio::awaitable<void> Send(Answer answer) override;
  asio::awaitable<bool> Begin(Answer answer) override;
  asio::awaitable<bool> SendPiece(std::string_view bytes) override;
  asio::awaitable<void> End() override;
  void OnHangUp(std::function<void()> hung_up) override;

  // One of the methods there are, or "other": clients cannot make up metrics.
  std::string metric_method() const;
  int status() const { return status_; }
  int64_t sent_bytes() const { return sent_bytes_; }
  void KeepAlive(bool keep) { keep_alive_ = keep; }

 private:
  struct HangUp {
    std::function<void()> callback;
  };

  template <typename Response>
  void SetHead(Response& response, const Answer& answer);
  asio::awaitable<void> WriteContinue();
  static asio::awaitable<void> Watch(boost::beast::tcp_stream& stream,
                                     std::shared_ptr<HangUp> hang_up, std::shared_ptr<void> owner);

  boost::beast::tcp_stream& stream_;
  boost::beast::flat_buffer& buffer_;
  const Limits& limits_;
  const std::shared_ptr<void> owner_;
  boost::beast::http::request_parser<boost::beast::http::buffer_body> parser_;
  HeaderFields headers_;
  std::shared_ptr<HangUp> hang_up_;
  bool keep_alive_ = false;
  bool waits_for_continue_ = false;
  bool chunked_ = false;
  bool open_ended_ = false;  // an answer that has begun and not ended
  bool broken_ = false;
  int status_ = 0;
  int64_t sent_bytes_ = 0;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_HTTP_EXCHANGE_H_
