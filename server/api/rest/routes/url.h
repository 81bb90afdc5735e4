// The target of an HTTP request, taken apart and decoded.
#ifndef SERVER_API_REST_ROUTES_URL_H_
#define SERVER_API_REST_ROUTES_URL_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace edgerack::rest {

struct Url {
  // "/v1/jobs/x:watch" is {"v1", "jobs", "x"} with the verb "watch". Decoded; a "/" that was
  // written %2F stays so.
  std::vector<std::string> segments;
  std::string verb;
  // In the order of the URL; + is a space.
  std::vector<std::pair<std::string, std::string>> query;
};

// INVALID_ARGUMENT (BAD_URL): no path, a % without two hex digits, control characters, or text that
// is not UTF-8.
absl::StatusOr<Url> ParseUrl(std::string_view target);

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_ROUTES_URL_H_
