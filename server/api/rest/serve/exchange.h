// One request and its answer, whatever carries them.
#ifndef SERVER_API_REST_SERVE_EXCHANGE_H_
#define SERVER_API_REST_SERVE_EXCHANGE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/api/rest/serve/asio.h"

namespace edgerack::rest {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// Make it a variable of its own before it is sent: gcc 12 destroys the parts of an object twice
// that is written in braces within a co_await expression, hence the explicit constructor.
struct Answer {
  explicit Answer(int http_status, std::string type = "", std::string bytes = "",
                  HeaderFields fields = {})
      : status(http_status),
        content_type(std::move(type)),
        body(std::move(bytes)),
        headers(std::move(fields)) {}

  int status;
  std::string content_type;  // empty = no body
  std::string body;
  HeaderFields headers;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual std::string method() const = 0;
  virtual std::string target() const = 0;
  // Empty when absent. Names in any case.
  virtual std::string Header(std::string_view name) const = 0;
  // -1 where the head does not say it.
  virtual int64_t body_bytes() const = 0;

  // The next bytes of the body; nothing at its end. CANCELLED (CLIENT_GONE) when the connection
  // broke before the end or stood still for too long; INVALID_ARGUMENT (BAD_HTTP_REQUEST).
  virtual asio::awaitable<absl::StatusOr<std::string>> ReadSome() = 0;
  // All of it. Also RESOURCE_EXHAUSTED (BODY_TOO_LARGE).
  virtual asio::awaitable<absl::StatusOr<std::string>> ReadAll(size_t most_bytes) = 0;

  // For every answer to this request that follows.
  virtual void AddHeader(std::string name, std::string value) = 0;
  // Exactly one of Send() and Begin(). A HEAD request's body is left out.
  virtual asio::awaitable<void> Send(Answer answer) = 0;
  // An answer whose length is not known; `answer.body` is not used. False when the client is gone,
  // or wants no body.
  virtual asio::awaitable<bool> Begin(Answer answer) = 0;
  virtual asio::awaitable<bool> SendPiece(std::string_view bytes) = 0;
  // Without it the client sees an answer that was cut off.
  virtual asio::awaitable<void> End() = 0;

  // Called on the strand when the client hangs up before the answer has ended, or the server stops;
  // null ends the watch.
  virtual void OnHangUp(std::function<void()> hung_up) = 0;

  // The path's template, for the metrics.
  std::string route = "other";
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_EXCHANGE_H_
