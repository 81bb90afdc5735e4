#include "absl/strings/str_cat.h"
#include "server/api/rest/http/status.h"
#include "server/api/rest/serve/arrival.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

using Message = std::optional<std::string>;

// One event of text/event-stream. JSON as we write it has no line's end in it.
std::string Event(const std::string& id, const char* name, const std::string& json) {
  std::string event;
  if (!id.empty()) absl::StrAppend(&event, "id: ", id, "\n");
  if (*name != '\0') absl::StrAppend(&event, "event: ", name, "\n");
  absl::StrAppend(&event, "data: ", json, "\n\n");
  return event;
}

// The next message, with comments in between while there is none, so that both sides and what
// stands between them know that the connection lives. False when the client is gone.
asio::awaitable<bool> NextWithHeartbeats(Gateway& gateway, Exchange& exchange, Call& call,
                                         Message& message) {
  Arrival<Message> arrival(co_await asio::this_coro::executor);
  call.Read(arrival.Bring());
  bool alive = true;
  while (!co_await arrival.Wait(gateway.limits.heartbeat)) {
    if (alive && !co_await exchange.SendPiece(": heartbeat\n\n")) {
      alive = false;
      call.Cancel();  // then the read ends
    }
  }
  message = co_await arrival.Take();
  co_return alive;
}

asio::awaitable<void> Follow(Gateway& gateway, Exchange& exchange, Call& call,
                             const google::protobuf::Descriptor& type, Message message) {
  bool alive = true;
  for (int64_t id = 1; message && alive; ++id) {
    auto json = MessageAsJson(type, *message);
    if (!json.ok()) {
      if (co_await exchange.SendPiece(Event("", "error", Dump(ErrorBody(json.status()))))) {
        co_await exchange.End();
      }
      co_return;
    }
    alive = co_await exchange.SendPiece(Event(absl::StrCat(id), "", *json));
    if (!alive) call.Cancel();
    alive = co_await NextWithHeartbeats(gateway, exchange, call, message) && alive;
  }
  const absl::Status status = co_await EndOf(call);
  if (!alive) co_return;
  const std::string last =
      status.ok() ? Event("", "end", "{}") : Event("", "error", Dump(ErrorBody(status)));
  if (co_await exchange.SendPiece(last)) co_await exchange.End();
}

}  // namespace

asio::awaitable<void> AnswerEvents(Gateway& gateway, Exchange& exchange,
                                   const RouteTable::Found& found, const Url& url) {
  auto call = co_await StartCall(gateway, exchange, found, url);
  if (!call.ok()) {
    co_await SendError(exchange, call.status());
    co_return;
  }
  // What is refused at once is an error like any other, not an event.
  Message first = co_await NextMessage(**call);
  if (!first) {
    const absl::Status status = co_await EndOf(**call);
    if (!status.ok()) {
      co_await SendError(exchange, status);
      co_return;
    }
  }
  Answer head(200, "text/event-stream");
  head.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  if (!co_await exchange.Begin(std::move(head))) co_return;
  if (!first) {
    co_await exchange.SendPiece(Event("", "end", "{}"));
    co_await exchange.End();
    co_return;
  }
  co_await Follow(gateway, exchange, **call, *found.route->method->output_type(), std::move(first));
}

}  // namespace edgerack::rest
