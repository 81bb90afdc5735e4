#include "server/api/rest/http/status.h"

#include <map>

namespace edgerack::rest {
namespace {

// Codes that HTTP has a status of its own for.
const std::map<std::string, int>& ByCode() {
  static const auto& codes = *new std::map<std::string, int>{
      {"METHOD_NOT_ALLOWED", 405},     {"BODY_TOO_LARGE", 413},   {"UPLOAD_TOO_LARGE", 413},
      {"UNSUPPORTED_MEDIA_TYPE", 415}, {"HEADER_TOO_LARGE", 431}, {"DISK_FULL", 507},
  };
  return codes;
}

}  // namespace

int HttpStatusOf(const absl::Status& error) {
  auto found = ByCode().find(ErrorCodeOf(error));
  if (found != ByCode().end()) return found->second;
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

const char* ReasonPhrase(int http_status) {
  switch (http_status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "";
  }
}

nlohmann::ordered_json ErrorBody(const absl::Status& error) {
  nlohmann::ordered_json info = {
      {"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
      {"reason", ErrorCodeOf(error)},
      {"domain", "edgerack.dev"},
      {"metadata", {{"class", ErrorClassName(ErrorClassOf(error))}}},
  };
  return {{"error",
           {{"code", HttpStatusOf(error)},
            {"status", absl::StatusCodeToString(error.code())},
            {"message", ErrorMessageOf(error)},
            {"details", nlohmann::ordered_json::array({info})}}}};
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace edgerack::rest
