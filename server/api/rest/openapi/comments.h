// What the protos say in comments.
#ifndef SERVER_API_REST_OPENAPI_COMMENTS_H_
#define SERVER_API_REST_OPENAPI_COMMENTS_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace edgerack::rest {

// The comment before a message, field, method, … with its lines joined; empty when there is none.
template <typename Descriptor>
std::string CommentOf(const Descriptor& descriptor);

// Up to the first full stop.
std::string FirstSentence(const std::string& comment);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_OPENAPI_COMMENTS_H_
