// Bodies in gzip.
#ifndef SERVER_API_REST_HTTP_GZIP_H_
#define SERVER_API_REST_HTTP_GZIP_H_

#include <string>
#include <string_view>

namespace edgerack::rest {

// Below this gzip's own bytes are not worth it.
inline constexpr size_t kLeastGzipBytes = 1024;

// Empty when there is no memory for it.
std::string Gzip(std::string_view body);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_GZIP_H_
