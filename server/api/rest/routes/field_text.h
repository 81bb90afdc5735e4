// One field of a message from text, as a query or a form gives it.
#ifndef SERVER_API_REST_ROUTES_FIELD_TEXT_H_
#define SERVER_API_REST_ROUTES_FIELD_TEXT_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace edgerack::rest {

// The field of a dotted path, each but the last a single message; null when there is none. Maps are
// no fields here.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& type,
                                                   std::string_view dotted);

// Sets a field, adds to a repeated one. Numbers in decimal, true or false, enums by name, bytes in
// base64, messages with a text form (a timestamp) as that. INVALID_ARGUMENT (BAD_PARAMETER).
absl::Status SetFromText(google::protobuf::Message& message,
                         const google::protobuf::FieldDescriptor& field, const std::string& text);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_FIELD_TEXT_H_
