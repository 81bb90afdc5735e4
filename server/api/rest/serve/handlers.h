// Who answers what. Each sends exactly one answer.
#ifndef SERVER_API_REST_SERVE_HANDLERS_H_
#define SERVER_API_REST_SERVE_HANDLERS_H_

#include <memory>
#include <optional>
#include <string>

#include "server/api/rest/rpc/call.h"
#include "server/api/rest/serve/exchange.h"
#include "server/api/rest/serve/gateway.h"

namespace edgerack::rest {

asio::awaitable<void> SendError(Exchange& exchange, const absl::Status& error);
// JSON with a strong ETag and, where it is accepted, in gzip; 304 when the client has it already.
asio::awaitable<void> SendValidated(Exchange& exchange, std::string json);

// One call, JSON in and out.
asio::awaitable<void> AnswerUnary(Gateway& gateway, Exchange& exchange,
                                  const RouteTable::Found& found, const Url& url);
// A stream of answers as server-sent events.
asio::awaitable<void> AnswerEvents(Gateway& gateway, Exchange& exchange,
                                   const RouteTable::Found& found, const Url& url);
// A stream of google.api.HttpBody as the bytes that they are.
asio::awaitable<void> AnswerDownload(Gateway& gateway, Exchange& exchange,
                                     const RouteTable::Found& found, const Url& url);
// A file: as a form, as the request's body, or as a session that PATCHes fill.
asio::awaitable<void> AnswerUpload(Gateway& gateway, Exchange& exchange,
                                   const RouteTable::Found& found, const Url& url);

// The dashboard's file for this request: by its path, or its page where a browser opens an address
// that is not the API's. Null when the request is not the dashboard's.
const SiteFile* FileFor(const Site& site, const Exchange& exchange, const std::string& path);
asio::awaitable<void> AnswerFile(const Site& site, Exchange& exchange, const SiteFile& file);

inline constexpr char kUploadSessionPath[] = "/v1/uploads/{upload}";
// The id in "/v1/uploads/{id}".
std::optional<std::string> UploadIdIn(const Url& url);
asio::awaitable<void> AnswerUploadSession(Gateway& gateway, Exchange& exchange,
                                          const std::string& id);

// Starts `route`'s call with its one request; reads a JSON body first where the route has one. The
// client's hanging up cancels it.
asio::awaitable<absl::StatusOr<std::shared_ptr<Call>>> StartCall(Gateway& gateway,
                                                                 Exchange& exchange,
                                                                 const RouteTable::Found& found,
                                                                 const Url& url);
// The next message; nothing when the call is over.
asio::awaitable<std::optional<std::string>> NextMessage(Call& call);
// How a call ended that has no more messages.
asio::awaitable<absl::Status> EndOf(Call& call);
// Serialized bytes as JSON. DATA_LOSS (BAD_ANSWER) when they are no `type`.
absl::StatusOr<std::string> MessageAsJson(const google::protobuf::Descriptor& type,
                                          const std::string& bytes);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_SERVE_HANDLERS_H_
