// The HTTP door: every method of the public API by REST, its description, and GET /healthz for load
// balancers and scripts.
#ifndef SERVER_API_REST_HTTP_SERVER_H_
#define SERVER_API_REST_HTTP_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/api/rest/serve/limits.h"

namespace grpc {
class Channel;
}

namespace edgerack::metrics {
class Metrics;
}

namespace edgerack::rest {

struct HttpOptions {
  std::string address;  // HOST:PORT; HOST is a numeric address
  // Origins of web pages that may call, "*" for all; none by default.
  std::vector<std::string> cors_origins;
  Limits limits;
  // What the dashboard's build wrote; where it is empty or missing, pages say so.
  std::string site_dir;
};

class HttpServer {
 public:
  // Serves on two threads of its own until destroyed; then what is under way is broken off.
  // `channel` leads to the services. INVALID_ARGUMENT (BAD_ADDRESS) or UNAVAILABLE
  // (ADDRESS_IN_USE).
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpOptions& options,
                                                           std::shared_ptr<grpc::Channel> channel,
                                                           metrics::Metrics& metrics);
  virtual ~HttpServer() = default;
};

}  // namespace edgerack::rest

#endif  // SERVER_API_REST_HTTP_SERVER_H_
