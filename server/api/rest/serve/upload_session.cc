// GET, HEAD, PATCH and DELETE of an upload in several requests.
#include "server/api/rest/http/headers.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

// Gives the session back however the request ends.
class Held {
 public:
  Held(UploadSessions& sessions, std::shared_ptr<UploadSession> session)
      : sessions_(sessions), session_(std::move(session)) {}
  ~Held() {
    if (session_) sessions_.Release(session_->id);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  UploadSession& operator*() const { return *session_; }
  void End(absl::StatusOr<std::string> answer) {
    sessions_.End(std::exchange(session_, nullptr)->id, std::move(answer));
  }

 private:
  UploadSessions& sessions_;
  std::shared_ptr<UploadSession> session_;
};

HeaderFields OffsetHeaders(int64_t offset, int64_t size_bytes, bool done) {
  return {{"Upload-Offset", std::to_string(offset)},
          {"Upload-Length", std::to_string(size_bytes)},
          {"Upload-Complete", done ? "?1" : "?0"},
          {"Cache-Control", "no-store"}};
}

absl::Status Misplaced(const std::string& why, const UploadSession& session) {
  return MakeError(absl::StatusCode::kAborted, ErrorClass::kUser, "WRONG_UPLOAD_OFFSET",
                   why + "; this upload has " + std::to_string(session.offset) + " of " +
                       std::to_string(session.size_bytes) + " bytes: go on from there");
}

absl::Status CheckRange(const UploadRange& range, const UploadSession& session,
                        int64_t body_bytes) {
  if (range.offset != session.offset) {
    return Misplaced("the bytes begin at " + std::to_string(range.offset), session);
  }
  if (range.total && *range.total != session.size_bytes) {
    return Misplaced("Content-Range says " + std::to_string(*range.total) + " in all", session);
  }
  const int64_t bytes = std::max(body_bytes, range.bytes.value_or(0));
  if (bytes > session.size_bytes - session.offset) {
    return Misplaced("the file would become longer than was said", session);
  }
  return absl::OkStatus();
}

// Takes what the request brings; OK when the body has ended, or the file is whole.
asio::awaitable<absl::Status> Take(Exchange& exchange, UploadSession& session) {
  while (session.offset < session.size_bytes) {
    auto piece = co_await exchange.ReadSome();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) break;
    if (static_cast<int64_t>(piece->size()) > session.size_bytes - session.offset) {
      co_return Misplaced("the file would become longer than was said", session);
    }
    if (!co_await session.upload->Write(*piece)) break;
    session.offset += static_cast<int64_t>(piece->size());
  }
  co_return absl::OkStatus();
}

asio::awaitable<void> Patch(Gateway& gateway, Exchange& exchange, const std::string& id) {
  auto range = ParseUploadRange(exchange.Header("Upload-Offset"), exchange.Header("Content-Range"));
  auto session = range.ok() ? gateway.uploads.Hold(id) : range.status();
  if (!session.ok()) {
    co_await SendError(exchange, session.status());
    co_return;
  }
  Held held(gateway.uploads, *session);
  absl::Status status = CheckRange(*range, *held, exchange.body_bytes());
  if (status.ok()) status = co_await Take(exchange, *held);
  const int64_t offset = (*held).offset;
  const int64_t size_bytes = (*held).size_bytes;
  const HeaderFields headers = OffsetHeaders(offset, size_bytes, offset == size_bytes);
  if (!status.ok()) {
    for (const auto& [name, value] : headers) exchange.AddHeader(name, value);
    co_await SendError(exchange, status);
    co_return;
  }
  if (offset < size_bytes && !(*held).upload->refused()) {
    Answer more(204, "", "", headers);
    co_await exchange.Send(std::move(more));
    co_return;
  }
  absl::StatusOr<std::string> answer = co_await (*held).upload->Finish();
  held.End(answer);
  if (!answer.ok()) {
    co_await SendError(exchange, answer.status());
    co_return;
  }
  Answer whole(200, "application/json", *std::move(answer), headers);
  co_await exchange.Send(std::move(whole));
}

asio::awaitable<void> Describe(Gateway& gateway, Exchange& exchange, const std::string& id) {
  auto state = gateway.uploads.Find(id);
  auto json = gateway.uploads.Describe(id);
  if (!state.ok() || !json.ok()) {
    co_await SendError(exchange, state.ok() ? json.status() : state.status());
    co_return;
  }
  Answer described(200, "application/json", *std::move(json),
                   OffsetHeaders(state->offset, state->size_bytes, state->done));
  co_await exchange.Send(std::move(described));
}

}  // namespace

std::optional<std::string> UploadIdIn(const Url& url) {
  const bool matches = url.segments.size() == 3 && url.segments[0] == "v1" &&
                       url.segments[1] == "uploads" && !url.segments[2].empty() && url.verb.empty();
  return matches ? std::optional(url.segments[2]) : std::nullopt;
}

asio::awaitable<void> AnswerUploadSession(Gateway& gateway, Exchange& exchange,
                                          const std::string& id) {
  const std::string method = exchange.method();
  if (method == "PATCH") {
    co_await Patch(gateway, exchange, id);
  } else if (method == "DELETE") {
    const absl::Status removed = gateway.uploads.Remove(id);
    if (removed.ok()) {
      Answer gone(204);
      co_await exchange.Send(std::move(gone));
    } else {
      co_await SendError(exchange, removed);
    }
  } else {
    co_await Describe(gateway, exchange, id);
  }
}

}  // namespace edgerack::rest
