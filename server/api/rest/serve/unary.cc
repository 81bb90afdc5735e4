#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

asio::awaitable<absl::StatusOr<std::string>> OneAnswer(Gateway& gateway, Exchange& exchange,
                                                       const RouteTable::Found& found,
                                                       const Url& url) {
  auto call = co_await StartCall(gateway, exchange, found, url);
  if (!call.ok()) co_return call.status();
  const std::optional<std::string> message = co_await NextMessage(**call);
  if (message) co_await NextMessage(**call);  // there is none; now the status can come
  const absl::Status status = co_await EndOf(**call);
  if (!status.ok()) co_return status;
  co_return MessageAsJson(*found.route->method->output_type(), message.value_or(""));
}

}  // namespace

asio::awaitable<void> AnswerUnary(Gateway& gateway, Exchange& exchange,
                                  const RouteTable::Found& found, const Url& url) {
  auto json = co_await OneAnswer(gateway, exchange, found, url);
  exchange.OnHangUp(nullptr);
  if (!json.ok()) {
    co_await SendError(exchange, json.status());
  } else if (found.route->http_method == "GET") {
    co_await SendValidated(exchange, *std::move(json));
  } else {
    Answer answer(200, "application/json", *std::move(json));
    co_await exchange.Send(std::move(answer));
  }
}

}  // namespace edgerack::rest
