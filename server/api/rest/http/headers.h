// What request headers ask for.
#ifndef SERVER_API_REST_HTTP_HEADERS_H_
#define SERVER_API_REST_HTTP_HEADERS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace edgerack::rest {

// "multipart/form-data; boundary=x": the type in lower case, parameters by lower-case names,
// quotes removed.
struct HeaderValue {
  std::string value;
  std::map<std::string, std::string> parameters;
};
HeaderValue ParseHeaderValue(std::string_view text);

// True when Accept-Encoding takes gzip.
bool AcceptsGzip(std::string_view accept_encoding);

// True when If-None-Match has `etag` (with its quotes) or is *.
bool NoneMatchHas(std::string_view if_none_match, std::string_view etag);

// The strong validator of a body: the first half of its SHA-256, in quotes.
std::string ETagOf(std::string_view body);
// The same body in gzip is another representation.
std::string GzipETag(const std::string& etag);

// Where the bytes of a PATCH belong: "Upload-Offset: 5" or "Content-Range: bytes 5-9/20".
struct UploadRange {
  int64_t offset = 0;
  std::optional<int64_t> bytes;  // of this piece
  std::optional<int64_t> total;  // of the whole file
};
// Empty texts are headers that are not there. INVALID_ARGUMENT (BAD_UPLOAD_OFFSET).
absl::StatusOr<UploadRange> ParseUploadRange(std::string_view upload_offset,
                                             std::string_view content_range);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_HEADERS_H_
