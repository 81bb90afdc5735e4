// Our errors as HTTP speaks of them.
#ifndef SERVER_API_REST_HTTP_STATUS_H_
#define SERVER_API_REST_HTTP_STATUS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"

namespace edgerack::rest {

// 400 to 599; by the code where the canonical one says too little (UPLOAD_TOO_LARGE is 413), else
// as google/rpc/code.proto maps them.
int HttpStatusOf(const absl::Status& error);
// "Not Found"; "" for a number it does not know.
const char* ReasonPhrase(int http_status);

// {"error": {"code": 404, "status": "NOT_FOUND", "message": …, "details": [ErrorInfo]}}; ErrorInfo
// has our code as `reason` and the class in its `metadata`.
nlohmann::ordered_json ErrorBody(const absl::Status& error);

// Text that may hold anything, as JSON; what is not UTF-8 becomes U+FFFD.
std::string Dump(const nlohmann::ordered_json& json);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_STATUS_H_
