// The request message of a route, from path, query and JSON body.
#ifndef SERVER_API_REST_ROUTES_REQUEST_MESSAGE_H_
#define SERVER_API_REST_ROUTES_REQUEST_MESSAGE_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

#include "server/api/rest/routes/route_table.h"

namespace edgerack::rest {

// A new message of the API's pool; the type lives as long as the program.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type);

// The fields of `route`'s request. The query has what neither path nor body have, by proto names,
// dotted within messages, repeated for repeated fields; `body` is JSON or empty.
// INVALID_ARGUMENT: UNKNOWN_PARAMETER, BAD_PARAMETER, BAD_JSON, UNEXPECTED_BODY.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> RequestMessage(const Route& route,
                                                                          const Captures& captures,
                                                                          const Url& url,
                                                                          std::string_view body);

// Sets or adds to one field, named by its dotted path, from text as in a query. INVALID_ARGUMENT:
// UNKNOWN_PARAMETER (the message has no such field), BAD_PARAMETER (the text is no value of it).
absl::Status SetField(google::protobuf::Message& message, std::string_view dotted,
                      const std::string& text);

// The message from strict JSON, by proto names. INVALID_ARGUMENT (BAD_JSON).
absl::Status ParseJson(std::string_view json, google::protobuf::Message& message);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_REQUEST_MESSAGE_H_
