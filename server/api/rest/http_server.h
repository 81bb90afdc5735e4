// The HTTP door: GET /healthz for load balancers and scripts.
#ifndef SERVER_API_REST_HTTP_SERVER_H_
#define SERVER_API_REST_HTTP_SERVER_H_

#include <memory>
#include <string>

#include "base/error.h"

namespace edgerack::api {

class HttpServer {
 public:
  // Serves HOST:PORT on a thread of its own until destroyed. HOST is a numeric address.
  // INVALID_ARGUMENT (BAD_ADDRESS) or UNAVAILABLE (ADDRESS_IN_USE).
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& address);
  virtual ~HttpServer() = default;
};

}  // namespace edgerack::api

#endif  // SERVER_API_REST_HTTP_SERVER_H_
