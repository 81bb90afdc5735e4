#include "google/api/httpbody.pb.h"
#include "server/api/rest/http/headers.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

// The service names the validator; it is the artifact's hash.
HeaderFields HeadersOf(const Call& call) {
  HeaderFields headers = {{"Cache-Control", "no-cache"}};
  if (const std::string etag = call.Metadata("etag"); !etag.empty()) {
    headers.emplace_back("ETag", "\"" + etag + "\"");
  }
  return headers;
}

asio::awaitable<void> Copy(Exchange& exchange, Call& call, google::api::HttpBody body) {
  while (co_await exchange.SendPiece(body.data())) {
    const std::optional<std::string> message = co_await NextMessage(call);
    if (!message) {
      // Without End() the client sees that the file was cut off.
      if ((co_await EndOf(call)).ok()) co_await exchange.End();
      co_return;
    }
    body.ParseFromString(*message);
  }
}

}  // namespace

asio::awaitable<void> AnswerDownload(Gateway& gateway, Exchange& exchange,
                                     const RouteTable::Found& found, const Url& url) {
  auto call = co_await StartCall(gateway, exchange, found, url);
  if (!call.ok()) {
    co_await SendError(exchange, call.status());
    co_return;
  }
  const std::optional<std::string> first = co_await NextMessage(**call);
  if (!first) {
    const absl::Status status = co_await EndOf(**call);
    if (!status.ok()) {
      co_await SendError(exchange, status);
    } else {
      Answer empty(200, "application/octet-stream");
      co_await exchange.Send(std::move(empty));
    }
    co_return;
  }
  Answer answer(200, "", "", HeadersOf(**call));
  if (NoneMatchHas(exchange.Header("If-None-Match"), "\"" + (*call)->Metadata("etag") + "\"")) {
    answer.status = 304;
    co_await exchange.Send(std::move(answer));
    co_return;
  }
  google::api::HttpBody body;
  body.ParseFromString(*first);
  answer.content_type =
      body.content_type().empty() ? "application/octet-stream" : body.content_type();
  if (co_await exchange.Begin(std::move(answer))) {
    co_await Copy(exchange, **call, std::move(body));
  }
}

}  // namespace edgerack::rest
