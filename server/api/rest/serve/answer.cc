// What all handlers share: errors, validated JSON, and the start, messages and end of a call.
#include "proto/json/message_json.h"
#include "server/api/rest/http/gzip.h"
#include "server/api/rest/http/headers.h"
#include "server/api/rest/http/status.h"
#include "server/api/rest/routes/request_message.h"
#include "server/api/rest/serve/arrival.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

// Forms of other sites can send text/plain without being asked; JSON they cannot.
absl::Status CheckJsonType(const Exchange& exchange) {
  const std::string type = ParseHeaderValue(exchange.Header("Content-Type")).value;
  if (type == "application/json") return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "UNSUPPORTED_MEDIA_TYPE",
                   "the body is " + (type.empty() ? "of no type" : type) +
                       "; send JSON with Content-Type: application/json");
}

}  // namespace

asio::awaitable<void> SendError(Exchange& exchange, const absl::Status& error) {
  Answer answer(HttpStatusOf(error), "application/json", Dump(ErrorBody(error)));
  answer.headers.emplace_back("Cache-Control", "no-store");
  co_await exchange.Send(std::move(answer));
}

asio::awaitable<void> SendValidated(Exchange& exchange, std::string json) {
  Answer answer(200, "application/json", std::move(json));
  std::string etag = ETagOf(answer.body);
  const std::string known = exchange.Header("If-None-Match");
  const bool gzip =
      answer.body.size() >= kLeastGzipBytes && AcceptsGzip(exchange.Header("Accept-Encoding"));
  if (gzip) etag = GzipETag(etag);
  answer.headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
  if (NoneMatchHas(known, etag)) {
    answer.status = 304;
    answer.content_type.clear();
  } else if (gzip) {
    if (std::string packed = Gzip(answer.body); !packed.empty()) {
      answer.body = std::move(packed);
      answer.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  co_await exchange.Send(std::move(answer));
}

asio::awaitable<absl::StatusOr<std::shared_ptr<Call>>> StartCall(Gateway& gateway,
                                                                 Exchange& exchange,
                                                                 const RouteTable::Found& found,
                                                                 const Url& url) {
  auto body = co_await exchange.ReadAll(gateway.limits.json_bytes);
  if (!body.ok()) co_return body.status();
  if (!body->empty() && !found.route->body.empty()) {
    if (const absl::Status type = CheckJsonType(exchange); !type.ok()) co_return type;
  }
  auto request = RequestMessage(*found.route, found.captures, url, *body);
  if (!request.ok()) co_return request.status();
  std::shared_ptr<Call> call = Call::Start(gateway.channel, found.route->GrpcMethod());
  exchange.OnHangUp([call = std::weak_ptr<Call>(call)] {
    if (auto alive = call.lock()) alive->Cancel();
  });
  Arrival<bool> written(co_await asio::this_coro::executor);
  call->Write((*request)->SerializeAsString(), written.Bring());
  if (co_await written.Take()) call->WritesDone();
  co_return call;
}

asio::awaitable<std::optional<std::string>> NextMessage(Call& call) {
  Arrival<std::optional<std::string>> message(co_await asio::this_coro::executor);
  call.Read(message.Bring());
  co_return co_await message.Take();
}

asio::awaitable<absl::Status> EndOf(Call& call) {
  Arrival<absl::Status> status(co_await asio::this_coro::executor);
  call.Finish(status.Bring());
  co_return co_await status.Take();
}

absl::StatusOr<std::string> MessageAsJson(const google::protobuf::Descriptor& type,
                                          const std::string& bytes) {
  auto message = NewMessage(type);
  if (!message->ParseFromString(bytes)) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kBug, "BAD_ANSWER",
                     "the service's answer is no " + type.name());
  }
  return Dump(ToJson(*message, BytesAs::kBase64));
}

}  // namespace edgerack::rest
