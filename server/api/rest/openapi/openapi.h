// The REST API as an OpenAPI 3.0 document, from the protos: paths from their annotations, schemas
// from their messages, texts from their comments.
#ifndef SERVER_API_REST_OPENAPI_OPENAPI_H_
#define SERVER_API_REST_OPENAPI_OPENAPI_H_

#include <nlohmann/json.hpp>
#include <string>

namespace edgerack::rest {

nlohmann::ordered_json OpenApiDocument();
// The same as text, for people and programs.
std::string OpenApiText();

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_OPENAPI_OPENAPI_H_
